import type { Arrival, Dialect } from './dialect.ts';
import { openHttp } from './http.ts';
import type { Send } from './pace.ts';
import { openSocket, type RawSocket } from './socket.ts';
import { type Tally, timed } from './tally.ts';

/** A sender's and a receiver's token, and the receiver's username. */
export interface Pair {
  readonly sender: string;
  readonly receiver: string;
  readonly to: string;
}

/** Where clients connect to, what they speak, and what keeps their connections. */
export interface Link {
  readonly url: string;
  readonly dialect: Dialect;
  /** Whether receivers acknowledge each message as it arrives, or all of them at the end. */
  readonly careful?: boolean | undefined;
  readonly tally: Tally;
  /** Closes each connection at the end. */
  readonly opened: DisposableStack;
}

/** The text of a sender's message with this number: 100 bytes. */
const textOf = (number: number): string => `${number} `.padEnd(100, 'x');

export interface Receiver {
  /** Acknowledges what has arrived, so that the next measurement starts with nothing pending. */
  settle(): Promise<void>;
}

/** Receives messages. A lost, repeated or reordered one fails the measurement. */
export async function openReceiver(link: Link, token: string): Promise<Receiver> {
  const { dialect, tally, careful } = link;
  const acknowledge = dialect.acknowledge ?? (() => undefined);
  let last: { position: number; number: number } | undefined;
  let acknowledged: number | undefined;
  let onAcknowledged = (): void => {};
  const socket = await greet(link, token, (arrival) => {
    if ('acknowledged' in arrival) {
      acknowledged = Math.max(acknowledged ?? 0, arrival.acknowledged);
      onAcknowledged();
    }
    if (!('position' in arrival)) return;
    last = checkedNext(last, arrival);
    tally.delivered += 1;
    const frame = careful && acknowledge(last.position);
    if (frame) socket.send(frame);
  });
  if (dialect.subscribe) socket.send(dialect.subscribe);
  return {
    async settle() {
      const position = last?.position;
      const frame = position && acknowledge(position);
      if (!frame || acknowledged === position) return;
      const settled = Promise.withResolvers<void>();
      onAcknowledged = () => acknowledged === position && settled.resolve();
      if (!careful) socket.send(frame);
      await settled.promise;
    },
  };
}

function checkedNext(
  last: { position: number; number: number } | undefined,
  { position, text }: { position: number; text: string },
) {
  const number = Number.parseInt(text, 10);
  const follows = last === undefined || position === last.position + 1;
  if (!follows || number !== (last?.number ?? 0) + 1)
    throw new Error(`After ${JSON.stringify(last)} came ${position}: ${text}`);
  return { position, number };
}

/** Sends over a WebSocket. */
export async function openSender(link: Link, { sender, to }: Pair): Promise<Send> {
  const pending = new Map<number, () => void>();
  const socket = await greet(link, sender, (arrival) => {
    if (!('answerTo' in arrival)) return;
    const answered = pending.get(arrival.answerTo);
    if (!answered) throw new Error(`Nothing waits for answer ${arrival.answerTo}.`);
    pending.delete(arrival.answerTo);
    answered();
  });
  let number = 0;
  return (answered) => {
    number += 1;
    pending.set(number, timed(link.tally, answered));
    socket.send(link.dialect.send(number, to, textOf(number)));
  };
}

/** Sends over one HTTP connection that stays open. */
export async function openHttpSender(link: Link, { sender, to }: Pair): Promise<Send> {
  const { url, dialect, tally, opened } = link;
  const pending: (() => void)[] = [];
  const onAnswer = (body: string) => {
    dialect.checkBody?.(body);
    pending.shift()?.();
  };
  const http = await openHttp({ url, token: sender, onAnswer, onEnd: tally.fail });
  opened.defer(http.close);
  let number = 0;
  return (answered) => {
    number += 1;
    pending.push(timed(tally, answered));
    http.post(dialect.body?.(to, textOf(number)) ?? '');
  };
}

type Received = Exclude<Arrival, 'greeted' | undefined | { reply: string }>;

/** Opens a socket, and returns once the server has greeted it. */
async function greet(
  { url, dialect, tally, opened }: Link,
  token: string,
  onArrival: (arrival: Received) => void,
): Promise<RawSocket> {
  const greeted = Promise.withResolvers<void>();
  const socket = await openSocket({
    url: dialect.url(url, token),
    protocol: dialect.protocol,
    onEnd: tally.fail,
    onFrame(text) {
      try {
        const arrival = dialect.read(text);
        if (arrival === 'greeted') greeted.resolve();
        else if (arrival && 'reply' in arrival) socket.send(arrival.reply);
        else if (arrival) onArrival(arrival);
      } catch (error) {
        tally.fail(error);
      }
    },
  });
  opened.defer(socket.close);
  const greeting = dialect.greet(token);
  if (greeting === '') return socket;
  socket.send(greeting);
  await Promise.race([greeted.promise, tally.failed]);
  return socket;
}
