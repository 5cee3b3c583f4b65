import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const GENERATOR = fileURLToPath(new URL('generator.ts', import.meta.url));

/** Number of senders, and of concurrent sends of each. */
export interface Shape {
  readonly senders: number;
  readonly inFlight: number;
}

/** A command to the generator. It answers each with a Report of the time since the last `count`. */
export type Command = { readonly start: Shape } | 'count' | 'stop';

/** What the clients measured. */
export interface Report {
  readonly sends: number;
  readonly deliveries: number;
  /** Milliseconds until a send was answered. */
  readonly send: Quantiles;
  /** Milliseconds from the start of a send until its recipient had the message. */
  readonly delivery: Quantiles;
  /** CPU seconds of the generator itself. */
  readonly cpuSeconds: number;
}
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** Clients that send and receive, in a process that does not count towards the servers' CPU. */
export interface Load extends AsyncDisposable {
  /** Starts sending. */
  start(shape: Shape): Promise<void>;
  /** Reports on the time since the last call. */
  count(): Promise<Report>;
  /** Stops sending, and waits until every message has arrived, in order. */
  stop(): Promise<void>;
}

/** Connects the clients to these servers, so that no sender shares a server with its recipient. */
export async function startLoad(urls: readonly string[]): Promise<Load> {
  const child = fork(GENERATOR, urls);
  const exited = once(child, 'exit');
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const dead = exited.then(() => {
    throw new Error('The load generator ended unexpectedly.');
  });
  dead.catch(() => {});

  async function answer(): Promise<Report> {
    const [report] = await Promise.race([once(child, 'message'), dead]);
    return report;
  }
  function command(command: Command): Promise<Report> {
    child.send(command);
    return answer();
  }
  // Its first report says that all clients are connected.
  await answer();
  return {
    start: async (shape) => void (await command({ start: shape })),
    count: () => command('count'),
    stop: async () => void (await command('stop')),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
      process.off('exit', kill);
    },
  };
}
