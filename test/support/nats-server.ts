import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from './port.ts';

/** Debian installs servers where a user's PATH may not look. */
const ENVIRONMENT = { PATH: `${process.env.PATH}:/usr/sbin` };

/** NATS does not come with npm. */
export const hasNats = spawnSync('nats-server', ['--version'], { env: ENVIRONMENT }).status === 0;

/** A NATS server that a test owns. */
export interface NatsServer {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Starts a NATS server on a free port. */
export async function startNats(flags: readonly string[] = []): Promise<NatsServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  async function start(): Promise<void> {
    const parameters = ['--addr', '127.0.0.1', '--port', String(port), ...flags];
    const started = spawn('nats-server', parameters, {
      env: ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    for await (const line of createInterface({ input: started.stderr }))
      if (line.includes('Server is ready')) return void started.stderr.resume();
    throw new Error('nats-server did not start.');
  }
  await start();
  return { url: `nats://127.0.0.1:${port}`, kill, start };
}
