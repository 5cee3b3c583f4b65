import { setTimeout as wait } from 'node:timers/promises';
import { insertAdminEvent } from '../store/admin-event.ts';
import {
  type CopiedRow,
  type CopiedTable,
  copiedTables,
  emptyTables,
} from '../store/copied-table.ts';
import { otherConnections, whileUnchanged } from '../store/exclusive-use.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/tables.ts';
import {
  deleteUnfinishedCopy,
  insertUnfinishedCopy,
  unfinishedCopyOf,
} from '../store/unfinished-copy.ts';
import { AdministrationError } from './administration-error.ts';

/** Rows that are read, and inserted in one transaction. */
const PAGE = 1_000;
/** PostgreSQL takes a moment to notice that a server has stopped. */
const STOPPED_WITHIN_MS = 5_000;

/** A database, with its name for people. */
export interface NamedStore extends Pick<Store, 'db'> {
  readonly name: string;
}

/** What happened to a number of rows of a table. */
export type CopyStep = 'kept' | 'copied' | 'verified' | 'removed';

export interface CopyOptions {
  readonly osUser: string;
  readonly clock: () => number;
  /** Called after each page, with the number of rows of the table so far. */
  onProgress(step: CopyStep, table: string, rows: number): void;
}

/** A table of the copy, with the number of its rows. */
export interface TableCount {
  readonly table: string;
  readonly rows: number;
}

/**
 * Copies everything to an empty database, which no server uses until the copy is complete and each
 * row has been compared with its original. A copy that broke off continues where it was. If its
 * original has changed since, it begins again.
 *
 * @throws {AdministrationError} when either database is in use, or the target is not empty.
 */
export async function copyDatabase(
  source: NamedStore,
  target: NamedStore,
  options: CopyOptions,
): Promise<TableCount[]> {
  for (const database of [source, target]) await checkUnused(database, STOPPED_WITHIN_MS);
  const tables = await copiedTables(target.db);
  const names = tables.map(({ name }) => name);
  return whileUnchanged(source.db, names, async (original) => {
    await claim(target, source.name, tables);
    const databases: Databases = { original, copy: target.db, ...options };
    for (const { table, last, rows } of await partsToKeep(databases, tables))
      await copyRest(databases, table, last, rows);
    const counts: TableCount[] = [];
    for (const table of tables) counts.push(await verify(databases, table));
    await finish(databases, tables, source.name);
    return counts;
  });
}

interface Databases extends CopyOptions {
  readonly original: Db;
  readonly copy: NamedStore['db'];
}

/** @throws {AdministrationError} when Parley is still connected after a while. */
async function checkUnused({ name, db }: NamedStore, patienceMs: number): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const connections = await otherConnections(db);
    if (connections === 0) return;
    if (performance.now() >= end)
      throw new AdministrationError(
        `Parley has ${connections} other connection${connections === 1 ? '' : 's'} to ${name}. ` +
          'Stop its servers and admin verbs first.',
      );
    await wait(100);
  }
}

/** Makes sure that only this copy uses the target until it is complete. */
async function claim(
  target: NamedStore,
  source: string,
  tables: readonly CopiedTable[],
): Promise<void> {
  const { name, db } = target;
  const unfinished = await unfinishedCopyOf(db);
  if (unfinished === source) return;
  if (unfinished !== undefined)
    throw new AdministrationError(
      `Cannot copy to ${name}: it has an unfinished copy of ${unfinished}. Copy that again, or copy ` +
        'to a new database.',
    );
  for (const table of tables)
    if ((await table.read(db, undefined, 1)).length > 0)
      throw new AdministrationError(
        `Cannot copy to ${name}: it is not empty, since ${table.name} has rows. Copy to a new database.`,
      );
  await insertUnfinishedCopy(db, source);
  try {
    // Again: a server that started before there was a sign has a connection by now.
    await checkUnused(target, 0);
  } catch (error) {
    await deleteUnfinishedCopy(db);
    throw error;
  }
}

/** The beginning of a table that is copied already. */
interface CopiedPart {
  readonly table: CopiedTable;
  readonly rows: number;
  /** Its last row; undefined if it is empty. */
  readonly last: CopiedRow | undefined;
  /** Whether the original has other rows within this part. */
  readonly differs: boolean;
  /** Whether it is the whole table. */
  readonly isWhole: boolean;
}

/** Compares what is copied of a table with the original, page by page. */
async function compare(
  { original, copy }: Databases,
  table: CopiedTable,
  onPage = (_rows: number): void => {},
): Promise<CopiedPart> {
  let last: CopiedRow | undefined;
  let rows = 0;
  for (;;) {
    const [copied, originals] = await Promise.all([
      table.read(copy, last, PAGE),
      table.read(original, last, PAGE),
    ]);
    const differs = !copied.every((row, index) => table.isEqual(row, originals[index]));
    rows += copied.length;
    last = copied.at(-1) ?? last;
    onPage(rows);
    if (differs || copied.length < PAGE)
      return { table, rows, last, differs, isWhole: originals.length === copied.length };
  }
}

/** Returns what an earlier attempt has copied. Removes it if the original has changed since. */
async function partsToKeep(
  databases: Databases,
  tables: readonly CopiedTable[],
): Promise<CopiedPart[]> {
  const { copy, onProgress } = databases;
  const parts: CopiedPart[] = [];
  for (const table of tables) parts.push(await compare(databases, table));
  const isOutdated = parts.some(({ differs }) => differs);
  for (const { table, rows } of parts)
    if (rows > 0) onProgress(isOutdated ? 'removed' : 'kept', table.name, rows);
  if (!isOutdated) return parts;
  await copy.transaction().execute((tx) => emptyTables(tx, tables));
  return parts.map((part) => ({ ...part, rows: 0, last: undefined }));
}

/** Copies the rows of a table after one. */
async function copyRest(
  { original, copy, onProgress }: Databases,
  table: CopiedTable,
  after: CopiedRow | undefined,
  before: number,
): Promise<void> {
  let last = after;
  let rows = before;
  for (;;) {
    const page = await table.read(original, last, PAGE);
    if (page.length === 0) return;
    await copy.transaction().execute((tx) => table.insert(tx, page));
    last = page.at(-1);
    rows += page.length;
    onProgress('copied', table.name, rows);
  }
}

async function verify(databases: Databases, table: CopiedTable): Promise<TableCount> {
  const { name } = table;
  const { rows, differs, isWhole } = await compare(databases, table, (count) =>
    databases.onProgress('verified', name, count),
  );
  if (differs || !isWhole)
    throw new AdministrationError(
      `The copy of the table ${name} differs from the original. Copy again.`,
    );
  return { table: name, rows };
}

/** Records the copy, and lets servers start on it. */
const finish = (
  { copy, osUser, clock }: Databases,
  tables: readonly CopiedTable[],
  source: string,
): Promise<void> =>
  copy.transaction().execute(async (tx) => {
    for (const table of tables) await table.continueIds(tx);
    await insertAdminEvent(tx, { at: clock(), osUser, verb: 'copy', subject: `from ${source}` });
    await deleteUnfinishedCopy(tx);
  });
