import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { newSignal, until } from '../support/wait.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** An example that runs in a process of its own. It does not outlive the test. */
export interface Program {
  /** The lines on stdout so far. */
  readonly lines: readonly string[];
  /** Resolves once it has printed this many lines. Fails if it ends before that. */
  prints(count: number): Promise<void>;
  /** Resolves with everything it wrote to stderr, when it has ended. */
  readonly ended: Promise<string>;
}

/** Runs an example, such as `node urql.ts`. */
export function runExample(command: string, file: string, words: readonly string[]): Program {
  const child = spawn(command, [file, ...words], {
    cwd: EXAMPLES,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // The group, since a shell waits for the processes that it started.
  onTestFinished(() => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
  });
  const lines: string[] = [];
  const changed = newSignal();
  let over = false;
  let stderr = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    changed.notify();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(() => {
    over = true;
    changed.notify();
    return stderr;
  });
  return {
    lines,
    ended,
    async prints(count) {
      await until(changed, () => over || lines.length >= count);
      if (lines.length < count)
        throw new Error(`${file} ended after ${lines.length} lines: ${stderr}`);
    },
  };
}
