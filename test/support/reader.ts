import { onTestFinished } from 'vitest';
import type { Delivery, Reader } from './history.ts';
import type { Stream, Transport } from './stream.ts';
import { newSignal, until } from './wait.ts';

export interface ReaderOptions {
  readonly transport: Transport;
  /** Resolves with the URL of a server once one is up. */
  readonly server: () => Promise<string>;
  readonly token: string | undefined;
  readonly mailbox: string;
  /** The position after which to start. */
  readonly after?: number;
}

/** Reads a mailbox, and resubscribes after the last position whenever a connection closes. */
export interface ResumingReader extends Reader {
  /** The last position received. */
  readonly position: number;
  /** Resolves once this position has been received. */
  reaches(position: number): Promise<void>;
  /** Stops reading. If disconnected meanwhile, it only reconnects on `resume`. */
  pause(): void;
  resume(): void;
}

/** Opens a subscription, and the next one whenever it has ended, until the test has finished. */
export async function openReader({ transport, server, token, mailbox, after = 0 }: ReaderOptions) {
  const streams: (readonly Delivery[])[] = [];
  const changed = newSignal();
  let stream: Stream | undefined;
  let over = false;
  /** Resolves on `resume`. */
  let reading = Promise.withResolvers<void>();
  reading.resolve();
  const position = () =>
    streams.findLast((messages) => messages.length > 0)?.at(-1)?.position ?? after;

  async function open(): Promise<void> {
    await reading.promise;
    stream = await transport({ url: await server(), token, after: position() }, changed.notify);
    streams.push(stream.messages);
    stream.ended.then(reopen);
  }
  // A server that is killed or overloaded during the connect is tried again.
  const reopen = (): Promise<void> | undefined => (over ? undefined : open().catch(reopen));

  onTestFinished(() => {
    over = true;
    stream?.destroy();
  });
  await open().catch(reopen);
  const reader: ResumingReader = {
    mailbox,
    after,
    streams,
    get position() {
      return position();
    },
    reaches: (wanted) => until(changed, () => position() >= wanted),
    pause() {
      reading = Promise.withResolvers();
      stream?.pause();
    },
    resume() {
      reading.resolve();
      stream?.resume();
    },
  };
  return reader;
}
