import { randomUUID } from 'node:crypto';
import { print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  AcknowledgeMessages,
  MessageReceived,
  SendMessage,
} from '../client/core/documents/message.ts';
import type { ResultOf } from '../client/core/graphql.ts';
import { newSignal, until } from '../test/support/wait.ts';
import { signUp } from './accounts.ts';
import type { Command, Quantiles, Report, Shape } from './load.ts';

/** Number of senders, and of recipients. */
const CLIENTS = 8;
const ACKNOWLEDGE_EVERY = 100;
/** About as long as a typical message. */
const TEXT = 'the train is late again, begin without me and keep a chair';

// The same operations as our own clients, with all their fields.
const SEND = print(SendMessage);
const RECEIVE = print(MessageReceived);
const ACKNOWLEDGE = print(AcknowledgeMessages);

const urls = process.argv.slice(2);
const answered = newSignal();
const all = { sends: 0, deliveries: 0 };
let counted = { sendMs: [] as number[], deliveryMs: [] as number[], cpu: process.cpuUsage() };
let sending = false;
let loops: Promise<unknown> = Promise.resolve();

/** Creates an account at the server with this number, and connects without reconnecting. */
async function connect(username: string, server: number): Promise<Client> {
  const url = urls[server % urls.length] ?? '';
  const token = await signUp(url, username);
  return createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: fail,
  });
}

const ask = <Data>(
  client: Client,
  query: string,
  variables: Record<string, unknown>,
): Promise<Data> =>
  new Promise((resolve, reject) => {
    client.subscribe<Data>(
      { query, variables },
      { next: ({ data }) => resolve(data as Data), error: reject, complete() {} },
    );
  });

/** Reads a mailbox, and acknowledges every hundredth message. */
function read(client: Client): void {
  let position = 0;
  client.subscribe<ResultOf<typeof MessageReceived>>(
    { query: RECEIVE },
    {
      next({ data }) {
        const message = data?.messageReceived;
        if (message?.position !== position + 1)
          fail(`Expected position ${position + 1}, received ${message?.position}.`);
        position += 1;
        all.deliveries += 1;
        counted.deliveryMs.push(performance.now() - Number.parseFloat(message?.text ?? ''));
        answered.notify();
        if (position % ACKNOWLEDGE_EVERY === 0) {
          ask(client, ACKNOWLEDGE, { input: { through: position } }).catch(fail);
        }
      },
      error: fail,
      complete() {},
    },
  );
}

async function send(client: Client, to: string): Promise<void> {
  const start = performance.now();
  const input = { to, text: `${start} ${TEXT}`, clientMessageId: randomUUID() };
  const { sendMessage } = await ask<ResultOf<typeof SendMessage>>(client, SEND, { input });
  if (sendMessage.__typename !== 'SendMessageSuccess') throw new Error(sendMessage.message);
  all.sends += 1;
  counted.sendMs.push(performance.now() - start);
}

/** Sends to one recipient after another, never to one at the sender's server. */
async function sendRepeatedly(client: Client, sender: number, offset: number): Promise<void> {
  for (let turn = offset; sending; turn += 1)
    await send(client, `reader${(sender + 1 + 2 * turn) % CLIENTS}`);
}

const senders = await Promise.all(
  Array.from({ length: CLIENTS }, (_, number) => connect(`writer${number}`, number)),
);
const readers = await Promise.all(
  Array.from({ length: CLIENTS }, (_, number) => connect(`reader${number}`, number)),
);
for (const reader of readers) read(reader);

function startSending({ senders: count, inFlight }: Shape): void {
  sending = true;
  loops = Promise.all(
    senders
      .slice(0, count)
      .flatMap((client, number) =>
        Array.from({ length: inFlight }, (_, offset) => sendRepeatedly(client, number, offset)),
      ),
  );
  loops.catch(fail);
}

async function stop(): Promise<void> {
  sending = false;
  await loops;
  await until(answered, () => all.deliveries >= all.sends);
}

function count(): Report {
  const { sendMs, deliveryMs, cpu } = counted;
  const { user, system } = process.cpuUsage(cpu);
  counted = { sendMs: [], deliveryMs: [], cpu: process.cpuUsage() };
  return {
    sends: sendMs.length,
    deliveries: deliveryMs.length,
    send: quantiles(sendMs),
    delivery: quantiles(deliveryMs),
    cpuSeconds: (user + system) / 1_000_000,
  };
}

function quantiles(numbers: number[]): Quantiles {
  const sorted = Float64Array.from(numbers).sort();
  const at = (part: number) => sorted[Math.floor(part * sorted.length)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Ends the measurement at the first error. */
function fail(reason: unknown): never {
  console.error(reason);
  process.exit(1);
}

process.on('message', async (command: Command) => {
  if (command === 'stop') await stop();
  else if (command !== 'count') startSending(command.start);
  process.send?.(count());
});
process.send?.(count());
