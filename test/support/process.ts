import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { bellSetting } from './bell.ts';
import { freePort } from './port.ts';
import { newSignal, until } from './wait.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/** Replaces the environment of the tests, and lifts the limits that many messages would reach. */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  // Half of a server's start-up is compilation, so the servers share a cache.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
  PORT: '0',
  LOG_LEVEL: 'warn',
  MAX_SENDS_PER_MINUTE: '1000000000',
  MAX_OPERATIONS_PER_SECOND: '1000000000',
  MAX_OPERATIONS_PER_SECOND_PER_ADDRESS: '1000000000',
  MAX_OPERATIONS_PER_ADDRESS: '1000000000',
  MAX_OPERATIONS_PER_SOCKET: '1000000000',
  MAX_SOCKETS_PER_ADDRESS: '1000000000',
  MAX_CONNECTIONS_PER_ADDRESS: '1000000000',
  MAX_SOCKETS_PER_ACCOUNT: '1000000000',
};

export interface Exit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server in its own process, as a user starts it. It does not outlive the test. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves with its URL once it listens. */
  listens(): Promise<string>;
  /** Resolves when the process has ended, whatever the cause. */
  readonly exited: Promise<Exit>;
  /** Everything written to stdout so far. */
  stdout(): string;
  /** Everything written to stderr so far. */
  stderr(): string;
  /** Resolves once stderr contains these words. */
  logs(words: string): Promise<void>;
  /** Sends a signal and waits for the process to end. */
  end(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<Exit>;
}

/** Starts a server with these environment variables, under `tracer` (such as strace) if given. */
export function launchServer(
  settings: Record<string, string>,
  tracer: readonly string[] = [],
  program: readonly string[] = [process.execPath, MAIN],
): ServerProcess {
  const [command = '', ...parameters] = [...tracer, ...program];
  const child = spawn(command, parameters, {
    env: { ...ENVIRONMENT, ...bellSetting(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const changed = newSignal();
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text;
      changed.notify();
    });
  }

  let over = false;
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'close')
    // The command could not be started, for example because it does not exist.
    .catch((error) => {
      written.stderr += error;
      return [null, null];
    })
    .then(([code, signal]): Exit => {
      over = true;
      process.off('exit', kill);
      changed.notify();
      return { code, signal };
    });

  /** Waits for output that matches. Fails if the process ends without it. */
  async function writes(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
    await until(changed, () => over || pattern.test(written[stream]));
    const match = pattern.exec(written[stream])?.[0];
    if (match === undefined)
      throw new Error(`The server ended without ${pattern} on ${stream}: ${written.stderr}`);
    return match;
  }

  const server: ServerProcess = {
    pid: child.pid ?? 0,
    listens: () => writes('stdout', /(?<=^Parley listens on )\S+(?=\n)/m),
    exited,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    async logs(words) {
      await writes('stderr', new RegExp(RegExp.escape(words)));
    },
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
  onTestFinished(async () => void (await server.end('SIGKILL')));
  return server;
}

/** A server process that is listening. */
export interface RunningServer extends ServerProcess {
  readonly url: string;
}

/** Starts a server and waits until it listens, by default on a port that it can come back to. */
export async function startServer(
  settings: Record<string, string>,
  tracer: readonly string[] = [],
  program?: readonly string[],
): Promise<RunningServer> {
  const port = { PORT: String(await freePort()) };
  const server = launchServer({ ...port, ...settings }, tracer, program);
  return { ...server, url: await server.listens() };
}

/** Reads /metrics. The result looks numbers up by name, labels included. */
export async function metricsOf(url: string): Promise<(name: string) => number> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  return (name) =>
    Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length) ?? Number.NaN);
}
