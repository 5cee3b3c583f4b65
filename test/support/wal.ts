import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

const HEADER = 32;
const FRAME_HEADER = 24;

/** Counts the transactions committed to a SQLite file since this was opened. */
export interface Commits extends Disposable {
  count(): Promise<number>;
}

/** Counts commits in the write-ahead log, which an open read transaction keeps from restarting. */
export async function commitsOf(file: string): Promise<Commits> {
  const reader = new DatabaseSync(file);
  reader.exec('begin; select count(*) from sqlite_schema');
  const before = await commitsIn(`${file}-wal`);
  return {
    count: async () => (await commitsIn(`${file}-wal`)) - before,
    [Symbol.dispose]: () => reader.close(),
  };
}

/**
 * The last page of a transaction carries the size of the database after it, and no other page does
 * (https://sqlite.org/fileformat2.html#walformat).
 */
async function commitsIn(path: string): Promise<number> {
  const wal = await readFile(path);
  const frame = FRAME_HEADER + wal.readUInt32BE(8);
  const salt = wal.subarray(16, 24);
  let commits = 0;
  for (let start = HEADER; start + frame <= wal.length; start += frame) {
    // Frames of an earlier log, with another salt, may follow the last commit.
    const isCurrent = wal.subarray(start + 8, start + 16).equals(salt);
    if (isCurrent && wal.readUInt32BE(start + 4) > 0) commits += 1;
  }
  return commits;
}
