import { onTestFinished } from 'vitest';
import type { Delivery, Reader } from './history.ts';
import type { Stream, Transport } from './stream.ts';
import { newSignal, until } from './wait.ts';

export interface ReaderOptions {
  readonly transport: Transport;
  /** Resolves with the server's address when there is a server. */
  readonly server: () => Promise<string>;
  readonly token: string | undefined;
  readonly mailbox: string;
  /** The position after which it begins. */
  readonly after?: number;
}

/**
 * Somebody who reads a mailbox to the end, and continues after the last position whenever a
 * connection closes.
 */
export interface ResumingReader extends Reader {
  /** The last position that came. */
  readonly position: number;
  /** Resolves once this position has come. */
  reaches(position: number): Promise<void>;
  /** Stops reading; when it is cut off meanwhile, it does not come back before it reads on. */
  pause(): void;
  resume(): void;
}

/** Opens the first subscription, and all that follow when one has ended. They end with the test. */
export async function openReader({ transport, server, token, mailbox, after = 0 }: ReaderOptions) {
  const streams: (readonly Delivery[])[] = [];
  const changed = newSignal();
  let stream: Stream | undefined;
  let over = false;
  /** Resolves when it reads on. */
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
  // A server that is killed while it is being connected to, or has too much to do, has to be waited
  // for once more.
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
