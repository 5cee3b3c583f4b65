import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from './errors.ts';

/** Creates a file that only its owner can read, and its folders, unless it exists. */
export function createPrivately(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a', 0o600));
}

const CHECK_EVERY_MS = 1_000;

/** A watch for files that are removed or replaced. */
export interface FileWatch extends Disposable {
  /** Takes some microseconds. @throws {StoreError} once a file was removed or replaced. */
  check(): void;
}

/**
 * Watches open files: writes to a file that has lost its name are lost with the process. `onLost` is
 * called within two seconds after one of them was removed or replaced.
 */
export function watchFiles(
  paths: readonly string[],
  onLost: (error: StoreError) => void,
): FileWatch {
  const files = paths.map((path) => ({ path, identity: identityOf(path) }));
  let lost: StoreError | undefined;

  function check(): void {
    const changed = lost
      ? undefined
      : files.find(({ path, identity }) => (identityOf(path) ?? identity) !== identity);
    if (changed) {
      lost = new StoreError(
        `${changed.path} was removed or replaced while the server was using it.`,
      );
      clearInterval(checking);
      onLost(lost);
    }
    if (lost) throw lost;
  }

  const checking = setInterval(() => {
    try {
      check();
    } catch {
      // onLost has been called.
    }
  }, CHECK_EVERY_MS).unref();
  return { check, [Symbol.dispose]: () => clearInterval(checking) };
}

/** Identifies the file at a path: "none" if there is none, undefined if that is unknown for now. */
function identityOf(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats ? `${stats.dev}:${stats.ino}` : 'none';
  } catch {
    return undefined;
  }
}
