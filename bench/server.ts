import { type ServerProcess, startProcess } from './process.ts';

/** Lifts the limits that the load would reach. */
const UNLIMITED = {
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

/** A Parley server in its own process, as a user starts it. */
export interface Server extends ServerProcess {
  /** Reads /metrics. The result looks numbers up by name, labels included. */
  metrics(): Promise<(name: string) => number>;
}

/** Starts a Parley server on a database, and waits until it listens. */
export async function startServer(databaseUrl: string): Promise<Server> {
  const server = await startProcess('../server/main.ts', [], {
    ...UNLIMITED,
    DATABASE_URL: databaseUrl,
  });
  return { ...server, metrics: () => metricsAt(server.url) };
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
