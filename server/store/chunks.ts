import { setImmediate as turn } from 'node:timers/promises';

/**
 * Values in one statement. SQLite takes 32,766 parameters and PostgreSQL 65,535, but a long
 * statement would hold up others.
 */
const CHUNK = 500;

/** Runs a statement for one chunk of values after another. Returns the rows of all. */
export async function inChunks<Value, Row>(
  values: Iterable<Value>,
  run: (chunk: readonly Value[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const all = [...values];
  const rows: Row[] = [];
  for (let start = 0; start < all.length; start += CHUNK) {
    // SQLite works on the only thread: let others have a turn.
    if (start > 0) await turn();
    rows.push(...(await run(all.slice(start, start + CHUNK))));
  }
  return rows;
}
