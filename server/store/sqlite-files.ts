import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from './errors.ts';

/** Creates a file that only its owner can read, with its folders, unless it exists. */
export function createPrivately(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a', 0o600));
}

const CHECK_EVERY_MS = 1_000;

/** Knows whether files are still the ones that they were at the start. */
export interface FileWatch extends Disposable {
  /** @throws {StoreError} once one of them was removed or replaced. Takes some microseconds. */
  check(): void;
}

/**
 * Watches open files of the server: what is written to a file that has lost its name is lost with
 * the process. `onLost` is called within two seconds after one of them was removed or replaced.
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
      lost = new StoreError(`${changed.path} was removed or replaced while the server used it.`);
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

/**
 * The file behind a path, "none" when there is none; undefined when that cannot be told for the
 * moment.
 */
function identityOf(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats ? `${stats.dev}:${stats.ino}` : 'none';
  } catch {
    return undefined;
  }
}
