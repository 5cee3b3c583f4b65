/**
 * A thread that copies pages from the WAL of a SQLite file into the database, and flushes them,
 * whenever its parent asks.
 */
import { fdatasyncSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { WalFile } from './sqlite-wal.ts';

/** Pages that a server copies and flushes within some milliseconds. */
const FEW_PAGES = 50;
/** At full load there are never few, and a long read by another process keeps them in the WAL. */
const MAX_PASSES = 4;

const { path, descriptor } = workerData as WalFile;
const database = new DatabaseSync(path);
const state = database.prepare('PRAGMA wal_checkpoint(NOOP)');
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

/** Copies until few pages are left: while it copies and flushes, the server writes new ones. */
function copy(): void {
  for (let pass = 1; pass <= MAX_PASSES && pagesLeft() > FEW_PAGES; pass += 1) {
    checkpoint.get();
    // SQLite leaves this to the one who copies the last page, who then waits for all of them.
    fdatasyncSync(descriptor);
  }
}

function pagesLeft(): number {
  const { log, checkpointed } = Object(state.get());
  return log - checkpointed;
}

parentPort?.on('message', () => {
  try {
    copy();
  } catch {
    // The server meets the same error in a commit, and reports it.
  }
  parentPort?.postMessage('copied');
});
