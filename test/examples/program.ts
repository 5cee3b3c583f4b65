import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { newSignal, until } from '../support/wait.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Copies an example into an empty folder, as a reader would, with the packages that it needs. */
export async function copyExample(file: string): Promise<string> {
  const folder = await temporaryFolder();
  await cp(join(ROOT, 'examples', file), join(folder, file));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  if (file === 'relay.js')
    await cp(join(ROOT, 'examples/__generated__'), join(folder, '__generated__'), {
      recursive: true,
    });
  return folder;
}

/** An example that runs in a process of its own. It does not outlive the test. */
export interface Program {
  /** The lines on stdout so far. */
  readonly lines: readonly string[];
  /** Resolves once it has printed this many lines. Fails if it ends before that. */
  prints(count: number): Promise<void>;
  /** Resolves with everything it wrote to stderr, when it has ended. */
  readonly ended: Promise<string>;
}

/** Runs a copy of an example, such as `node urql.js`, in a folder of its own. */
export async function runExample(
  command: string,
  file: string,
  words: readonly string[],
): Promise<Program> {
  const child = spawn(command, [file, ...words], {
    cwd: await copyExample(file),
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
