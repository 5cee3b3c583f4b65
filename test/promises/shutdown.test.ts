import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { SendMessage } from '../../client/core/documents/message.ts';
import { chatServerAt, newClients } from '../support/chat.ts';
import { newDatabase, query } from '../support/database.ts';
import { type RunningServer, startServer } from '../support/process.ts';
import { overEvents, overWebSocket } from '../support/stream.ts';

/** Begins to post an operation; `finish` sends the rest of it and resolves with the answer. */
async function halfAnOperation(url: string, token: string | undefined, query: string) {
  const body = Buffer.from(JSON.stringify({ query }));
  const posting = request(`${url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
      expect: '100-continue',
    },
    agent: false,
  });
  const answer = once(posting, 'response') as Promise<[IncomingMessage]>;
  posting.flushHeaders();
  // With this the server says that the request has begun.
  await once(posting, 'continue');
  posting.write(body.subarray(0, 20));
  return async () => {
    posting.end(body.subarray(20));
    const [response] = await answer;
    return JSON.parse(await text(response));
  };
}

/** Leaves connections open that ask for nothing: one that asked before, and one that never did. */
async function idleConnections(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const [response] = (await once(request(`${url}/healthz`, { agent }).end(), 'response')) as [
    IncomingMessage,
  ];
  await text(response);
  const silent = connect(Number(new URL(url).port), '127.0.0.1');
  silent.on('error', () => {});
  onTestFinished(() => void silent.destroy());
  await once(silent, 'connect');
}

const settingsFor = (database: string) => ({ DATABASE_URL: database, LOG_LEVEL: 'info' });

async function newServer(): Promise<{ server: RunningServer; database: string }> {
  const database = await newDatabase();
  return { server: await startServer(settingsFor(database)), database };
}

test.for(['SIGTERM', 'SIGINT'] as const)(
  'a server that gets %s answers its open operations, then exits',
  async (signal) => {
    const { server, database } = await newServer();
    const { url } = server;
    const { alice, bob } = await newClients(chatServerAt(url), ['alice', 'bob']);
    const socket = await overWebSocket({ url, token: bob.token });
    const events = await overEvents({ url, token: bob.token });
    await idleConnections(url);
    const finish = await halfAnOperation(
      url,
      alice.token,
      'mutation { sendMessage(input: { to: "bob", text: "the last" }) { ... on SendMessageSuccess { sentMessage { text } } } }',
    );

    const start = performance.now();
    const exited = server.end(signal);
    await server.logs('stopping');
    expect(await finish()).toEqual({
      data: { sendMessage: { sentMessage: { text: 'the last' } } },
    });
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(await socket.ended).toEqual({ closed: 1001 });
    expect(await events.ended).toEqual({});

    expect(await query(database, 'select text from message')).toEqual([{ text: 'the last' }]);
  },
);

test('a second SIGINT does not interrupt a shutdown', async () => {
  const { server } = await newServer();
  const finish = await halfAnOperation(server.url, undefined, '{ accounts { edges { cursor } } }');
  process.kill(server.pid, 'SIGINT');
  await server.logs('"stopping"');
  const exited = server.end('SIGINT');
  expect(await finish()).toEqual({ data: { accounts: { edges: [] } } });
  expect(await exited).toEqual({ code: 0, signal: null });
});

test('each send during a shutdown is answered or can be retried', async () => {
  const { server, database } = await newServer();
  const { url } = server;
  const { alice, bob } = await newClients(chatServerAt(url), ['alice', 'bob']);
  const texts = Array.from({ length: 400 }, (_, number) => `text ${number}`);
  const sends = texts.map((message) =>
    alice.ask(SendMessage, { input: { to: 'bob', text: message, clientMessageId: message } }),
  );
  await Promise.any(sends);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });

  // What had no answer goes out again by itself once the server is back.
  const again = await startServer({ ...settingsFor(database), PORT: new URL(url).port });
  const results = await Promise.all(sends);
  expect(new Set(results.map(({ sendMessage }) => sendMessage.__typename))).toEqual(
    new Set(['SendMessageSuccess']),
  );
  const { messages } = await overWebSocket({ url: again.url, token: bob.token });
  await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(texts.length);
  expect(messages.map(({ text }) => text).toSorted()).toEqual(texts.toSorted());
});

test('a stalled reader does not delay a shutdown', async () => {
  const { server } = await newServer();
  const { url } = server;
  const { alice, bob } = await newClients(chatServerAt(url), ['alice', 'bob']);
  const streams = [
    await overWebSocket({ url, token: bob.token }),
    await overEvents({ url, token: bob.token }),
  ];
  for (const stream of streams) stream.pause();
  const long = '𠮷'.repeat(4_000);
  const sends = Array.from({ length: 700 }, () =>
    alice.ask(SendMessage, { input: { to: 'bob', text: long } }),
  );
  await Promise.all(sends);
  const start = performance.now();
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(performance.now() - start).toBeLessThan(10_000);
});
