import { existsSync } from 'node:fs';
import { checkDatabaseUrl } from '../config.ts';
import { AdministrationError } from '../domain/administration-error.ts';
import { type CopyStep, copyDatabase } from '../domain/copy.ts';
import { databaseName, isPostgres, sqlitePath } from '../store/database-name.ts';
import type { Opening } from '../store/engine.ts';
import { UnavailableError } from '../store/errors.ts';
import { openStore } from '../store/open.ts';

/** How often progress is shown. */
const PROGRESS_EVERY_MS = 5_000;

/** Copies everything from one database to another. Returns the number of rows of each table. */
export async function copy(from: string, to: string, osUser: string) {
  checkDatabaseUrl('--from', from);
  checkDatabaseUrl('--to', to);
  const [source, target] = [databaseName(from), databaseName(to)];
  if (source === target) throw new AdministrationError(`Both databases are the same: ${source}.`);
  for (const url of [from, to])
    if (sqlitePath(url) === ':memory:')
      throw new AdministrationError('A database in memory cannot be copied.');
  if (!isPostgres(from) && !existsSync(sqlitePath(from)))
    throw new AdministrationError(`There is no database at ${source}.`);
  await using original = await openStore(from, opening('source'));
  await using empty = await openStore(to, opening('target'));
  const options = { osUser, clock: Date.now, onProgress: progressLines() };
  return await copyDatabase(
    { name: source, db: original.db },
    { name: target, db: empty.db },
    options,
  ).catch(explain);
}

/** With one connection to each, all others are those of servers and other verbs. */
const opening = (copyPart: 'source' | 'target'): Opening => ({
  connections: 1,
  waitSeconds: 0,
  onWait() {},
  copyPart,
});

const LABELS: Record<CopyStep, (table: string) => string> = {
  kept: (table) => `Rows of ${table} that are copied already`,
  removed: (table) => `Rows of ${table} to copy again, since the original has changed`,
  copied: (table) => `Rows of ${table} copied`,
  verified: (table) => `Rows of ${table} verified`,
};

/** Writes a line now and then: what is copied or verified so far, and all that is kept. */
function progressLines() {
  let shownAt = performance.now();
  return (step: CopyStep, table: string, rows: number): void => {
    const isRepeated = step === 'copied' || step === 'verified';
    if (isRepeated && performance.now() - shownAt < PROGRESS_EVERY_MS) return;
    shownAt = performance.now();
    process.stderr.write(`${LABELS[step](table)}: ${rows.toLocaleString('en')}\n`);
  };
}

function explain(error: unknown): never {
  if (!(error instanceof UnavailableError)) throw error;
  const { message } = error.cause as Error;
  throw new AdministrationError(`The copy broke off: ${message}. Run it again, and it continues.`);
}
