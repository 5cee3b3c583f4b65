import { setImmediate as turn } from 'node:timers/promises';

/**
 * SQLite takes 32,766 parameters in a statement and PostgreSQL 65,535; and a long statement would
 * hold others up.
 */
const CHUNK = 500;

/**
 * Runs a statement for so many values at a time, one run after another, and answers with the rows
 * of all runs.
 */
export async function inChunks<Value, Row>(
  values: Iterable<Value>,
  run: (chunk: readonly Value[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const all = [...values];
  const rows: Row[] = [];
  for (let start = 0; start < all.length; start += CHUNK) {
    // SQLite works on the only thread, and others want it too.
    if (start > 0) await turn();
    rows.push(...(await run(all.slice(start, start + CHUNK))));
  }
  return rows;
}
