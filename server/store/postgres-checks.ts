import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import type { Opening } from './engine.ts';
import { isPostgresOutage, StoreError } from './errors.ts';

/** The pause before a database that is not there is asked again. */
const RETRY_MS = 500;

/** Connects to a database that may be starting. @throws its last error, when the time is up. */
export async function untilReachable(
  connect: () => Promise<unknown>,
  { waitSeconds, onWait }: Opening,
): Promise<void> {
  const end = performance.now() + waitSeconds * 1_000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await connect();
      return;
    } catch (error) {
      if (!isPostgresOutage(error as Error) || performance.now() >= end) throw error;
      if (attempt === 1) onWait(error as Error);
      await wait(RETRY_MS);
    }
  }
}

/** The values with which acknowledged messages could be lost, and what to do about them. */
const REFUSED: Record<string, { readonly values: RegExp; readonly advice: string }> = {
  fsync: {
    values: /^off$/,
    advice: 'acknowledged messages could be lost. Turn it on.',
  },
  synchronous_commit: {
    values: /^off$/,
    advice: 'acknowledged messages could be lost. Turn it on.',
  },
  server_encoding: {
    values: /^(?!UTF8$)/,
    advice: 'it cannot store every text. Create the database with the encoding UTF8.',
  },
};

/** @throws {StoreError} when acknowledged messages could be lost. */
export async function checkDurability(connection: Connection): Promise<void> {
  for (const [name, { values, advice }] of Object.entries(REFUSED)) {
    const { rows } = await connection.query(`show ${name}`);
    const value = rows[0][name];
    if (values.test(value)) throw new StoreError(`PostgreSQL has ${name} = ${value}: ${advice}`);
  }
}

/**
 * Compares the sessions of two connections. A pooler in transaction mode, such as pgbouncer, gives
 * both the same one: settings get lost, and so do notifications.
 *
 * @throws {StoreError} when the connections go through such a pooler.
 */
export async function checkSessions(one: Connection, other: Connection): Promise<void> {
  const mark = randomUUID();
  await one.query("select set_config('parley.session', $1, false)", [mark]);
  const { rows } = await other.query("select current_setting('parley.session', true) as mark");
  if (rows[0].mark === mark) throw new StoreError(SHARED_SESSION);
}

type Connection = Pick<pg.Pool, 'query'>;

const SHARED_SESSION =
  'DATABASE_URL leads to a pooler in transaction mode, where a server would miss notifications. ' +
  'Use session mode, or connect to PostgreSQL directly.';
