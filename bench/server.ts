import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../server/main.ts', import.meta.url));

/** Replaces the environment except for Node.js, and lifts the limits that the load would reach. */
export const UNLIMITED = {
  PATH: process.env.PATH,
  NODE_OPTIONS: process.env.NODE_OPTIONS,
  PORT: '0',
  LOG_LEVEL: 'warn',
  MAX_SENDS_PER_MINUTE: '1000000000',
  MAX_OPERATIONS_PER_SECOND: '1000000000',
  MAX_OPERATIONS_PER_SECOND_PER_ADDRESS: '1000000000',
  MAX_OPERATIONS_PER_ADDRESS: '1000000000',
  MAX_OPERATIONS_PER_SOCKET: '1000000000',
  MAX_SOCKETS_PER_ADDRESS: '1000000000',
  MAX_CONNECTIONS_PER_ADDRESS: '1000000000',
  MAX_PENDING_MESSAGES: '1000000000',
};

/** A server in its own process, as a user starts it. It ends when this is disposed of. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  /** Reads /metrics. The result looks numbers up by name, labels included. */
  metrics(): Promise<(name: string) => number>;
}

/** Starts a server on a database, and waits until it listens. */
export async function startServer(databaseUrl: string): Promise<Server> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...UNLIMITED, DATABASE_URL: databaseUrl },
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
      metrics: () => metricsAt(url),
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM');
        await exited;
        process.off('exit', kill);
      },
    };
  }
  throw new Error('The server did not start.');
}

async function metricsAt(url: string): Promise<(name: string) => number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const numbers = new Map(
    text.split('\n').map((line): [string, number] => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
  return (name) => numbers.get(name) ?? Number.NaN;
}
