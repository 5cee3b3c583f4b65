import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configFolder } from './token-file.ts';
import { MOST_LINES, newTypedHistory, type TypedHistory } from './typed-history.ts';

/** A file that only its owner reads. */
const PRIVATE = { mode: 0o600 };

/**
 * The typed lines of all runs of this operating-system user, in a private file with one JSON string
 * for each. Without the file there is a history of this run alone.
 */
export function openTypedHistory(env: NodeJS.ProcessEnv): TypedHistory {
  const path = join(configFolder(env), 'parley', 'history');
  const lines = linesIn(path);
  if (lines.length > 2 * MOST_LINES)
    attempt(() => writeFileSync(path, textOf(lines.slice(-MOST_LINES)), PRIVATE));
  return newTypedHistory(lines.slice(-MOST_LINES), (line) =>
    attempt(() => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      appendFileSync(path, textOf([line]), PRIVATE);
    }),
  );
}

const textOf = (lines: readonly string[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function linesIn(path: string): string[] {
  const lines: string[] = [];
  attempt(() => {
    for (const text of readFileSync(path, 'utf8').split('\n')) {
      const line = parsed(text);
      if (typeof line === 'string') lines.push(line);
    }
  });
  return lines;
}

/** Returns undefined for a line that is cut short, as by a full disk. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A history that cannot be kept must not stop a chat. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {}
}
