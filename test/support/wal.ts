import { readFile } from 'node:fs/promises';

const HEADER = 32;
const FRAME_HEADER = 24;

/**
 * Counts the transactions in the write-ahead log of a SQLite file: the last page of each carries the size of the
 * database after it, and no other page does (https://sqlite.org/fileformat2.html#walformat).
 */
export async function commitsIn(file: string): Promise<number> {
  const wal = await readFile(`${file}-wal`);
  const frame = FRAME_HEADER + wal.readUInt32BE(8);
  const salt = wal.subarray(16, 24);
  let commits = 0;
  for (let start = HEADER; start + frame <= wal.length; start += frame) {
    // Behind a checkpoint lie frames of before, with another salt.
    const isCurrent = wal.subarray(start + 8, start + 16).equals(salt);
    if (isCurrent && wal.readUInt32BE(start + 4) > 0) commits += 1;
  }
  return commits;
}
