import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inject } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { withClient } from './postgres-client.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine that a project's tests run on. */
    readonly engine: 'sqlite' | 'postgres';
    /** The URL of the PostgreSQL server of these tests. */
    readonly postgres: string;
  }
}

/** Creates an empty database on this project's engine, and returns its DATABASE_URL. */
export async function newDatabase(): Promise<string> {
  if (inject('engine') === 'sqlite') return `file:${join(await temporaryFolder(), 'parley.db')}`;
  return databaseOn(inject('postgres'));
}

/** Creates a database on a PostgreSQL server. It is removed with the server. */
export async function databaseOn(postgres: string): Promise<string> {
  const name = `parley_test_${randomUUID().replaceAll('-', '')}`;
  await withClient(postgres, (client) => client.query(`create database ${name}`));
  return String(Object.assign(new URL(postgres), { pathname: name }));
}

/** For a connection to a SQLite file that a server may be writing to: it waits for the lock. */
export const LOCK_WAIT = { timeout: 10_000 };

/** Runs a statement without going through a server, and returns its rows. */
export async function query(databaseUrl: string, statement: string): Promise<object[]> {
  if (databaseUrl.startsWith('file:')) {
    using database = new DatabaseSync(databaseUrl.slice('file:'.length), LOCK_WAIT);
    return database.prepare(statement).all();
  }
  return withClient(databaseUrl, async (client) => (await client.query(statement)).rows);
}
