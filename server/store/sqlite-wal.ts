import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { extname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

/** From how many pages in the WAL on it is emptied: 12 MB. */
const EMPTY_FROM = 3_000;
const CHECK_EVERY_MS = 250;

/** A database file whose WAL is emptied. */
export interface WalFile extends Disposable {
  readonly path: string;
  readonly descriptor: number;
}

/**
 * Opens a file to empty its WAL. Dispose of it once all connections are closed: a process that closes
 * any descriptor of a file lets go of all its locks on it (https://sqlite.org/howtocorrupt.html).
 */
export function openWalFile(path: string): WalFile {
  const descriptor = openSync(path, 'r+');
  return { path, descriptor, [Symbol.dispose]: () => closeSync(descriptor) };
}

/**
 * Empties the WAL of a database again and again while its server goes on: a thread copies the pages
 * into the database and flushes them, then `finish` copies the few that were written meanwhile.
 * SQLite would do all of it within a commit: for 11 ms with 100 accounts that write, and for 100 ms
 * with thousands.
 *
 * The thread starts once there is something to copy. Nothing depends on it: SQLite copies by itself
 * once there is six times as much. Errors are left to it and to the next commit, which meets them
 * too. Disposing of it waits for what is under way.
 */
export function emptyWal(
  file: WalFile,
  reader: DatabaseSync,
  finish: () => Promise<unknown>,
): AsyncDisposable {
  const state = reader.prepare('PRAGMA wal_checkpoint(NOOP)');
  let worker: Worker | undefined;
  let emptying: Promise<void> | undefined;

  function isLong(): boolean {
    try {
      return Number(state.get()?.log) >= EMPTY_FROM;
    } catch {
      return false;
    }
  }

  async function copy(): Promise<void> {
    worker ??= startWorker(file);
    // Otherwise the process could end while it waits.
    worker.ref();
    worker.postMessage('copy');
    await once(worker, 'message');
    worker.unref();
  }

  async function empty(): Promise<void> {
    try {
      await copy();
    } catch {
      worker = undefined;
    }
    await finish().catch(() => {});
    emptying = undefined;
  }

  const checking = setInterval(() => {
    if (!emptying && isLong()) emptying = empty();
  }, CHECK_EVERY_MS).unref();

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(checking);
      await emptying;
      await worker?.terminate();
    },
  };
}

function startWorker({ path, descriptor }: WalFile): Worker {
  // In a package it is JavaScript, like this file.
  const name = `sqlite-wal-worker${extname(import.meta.filename)}`;
  return new Worker(new URL(name, import.meta.url), {
    workerData: { path, descriptor },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
}
