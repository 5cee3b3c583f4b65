import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A server in its own process, at the latest until this process ends. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from its start until it listened. */
  readonly startMs: number;
}

/** Starts a server, and waits until it prints the line with its URL. */
export async function startProcess(
  script: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const start = performance.now();
  const child = spawn(process.execPath, [path, ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Parley listens on (\S+)$/.exec(line)?.[1];
    if (url === undefined || child.pid === undefined) continue;
    child.stdout.resume();
    return {
      url,
      pid: child.pid,
      startMs: performance.now() - start,
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM');
        await exited;
        process.off('exit', kill);
      },
    };
  }
  throw new Error(`${script} did not start.`);
}
