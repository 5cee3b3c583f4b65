import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A server in its own process, at the latest until this process ends. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** CPU seconds used by its process so far. Linux only. */
  cpuSeconds(): Promise<number>;
}

/** The unit of CPU times in /proc, the same on every Linux machine. */
export const TICKS_PER_SECOND = 100;

/** Starts a server, and waits until it prints the line with its URL. */
export async function startProcess(
  script: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Parley listens on (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      async cpuSeconds() {
        const { ownTicks } = await statOf(child.pid);
        return ownTicks / TICKS_PER_SECOND;
      },
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM');
        await exited;
        process.off('exit', kill);
      },
    };
  }
  throw new Error(`${script} did not start.`);
}

/** What Linux knows of a process (proc(5), "stat"), with CPU times in ticks. */
export async function statOf(pid: number | string | undefined) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name is in parentheses and may contain anything. The field after it is number 3.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = (first: number) => (fields[first - 3] ?? 0) + (fields[first - 2] ?? 0);
  return { parent: fields[4 - 3], ownTicks: ticks(14), childrenTicks: ticks(16) };
}
