import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const GENERATOR = fileURLToPath(new URL('generator.ts', import.meta.url));

/** How many write at a time, and how many sends each of them has under way. */
export interface Shape {
  readonly senders: number;
  readonly inFlight: number;
}

/**
 * What the generator is told to do; it answers each with a Report, of what there was since the last
 * `count`.
 */
export type Command = { readonly write: Shape } | 'count' | 'stop';

/** What the clients saw. */
export interface Report {
  readonly sends: number;
  readonly deliveries: number;
  /** Milliseconds until a send was answered: the half of them, and 99 of 100, were quicker. */
  readonly send: Quantiles;
  /** Milliseconds from the call of a send until the message was with its recipient. */
  readonly delivery: Quantiles;
  /** CPU seconds of the generator itself. */
  readonly cpuSeconds: number;
}
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/**
 * Clients that write and read, in a process of their own, so that they do not count among the
 * servers' costs.
 */
export interface Load extends AsyncDisposable {
  /** Begins to write. */
  write(shape: Shape): Promise<void>;
  /** Answers with what was seen since the last call. */
  count(): Promise<Report>;
  /**
   * Ends writing, and waits until everything has arrived; it fails if something did not, or not in
   * order.
   */
  stop(): Promise<void>;
}

/**
 * Lets people join at these servers, spread over them so that who writes is never at the server of
 * who reads.
 */
export async function startLoad(urls: readonly string[]): Promise<Load> {
  const child = fork(GENERATOR, urls);
  const exited = once(child, 'exit');
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const dead = exited.then(() => {
    throw new Error('The generator of load ended by itself.');
  });
  dead.catch(() => {});

  async function answer(): Promise<Report> {
    const [report] = await Promise.race([once(child, 'message'), dead]);
    return report;
  }
  function tell(order: Command): Promise<Report> {
    child.send(order);
    return answer();
  }
  // It reports for the first time when everybody is connected.
  await answer();
  return {
    write: async (shape) => void (await tell({ write: shape })),
    count: () => tell('count'),
    stop: async () => void (await tell('stop')),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
      process.off('exit', kill);
    },
  };
}
