import { join } from 'node:path';
import { stringifyDocument } from '@urql/core';
import { expect, test } from 'vitest';
import { connect, overHttp } from '../../../client/core/connection.ts';
import { AccountsMatching, CreateAccount } from '../../../client/core/documents/account.ts';
import { MessageReceived, SendMessage } from '../../../client/core/documents/message.ts';
import { Logout, Viewer } from '../../../client/core/documents/session.ts';
import { chatServerAt, newChat, newChatWith, newClients, PASSWORD } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { newInterceptingProxy } from '../../support/intercepting-proxy.ts';
import { newPathProxy } from '../../support/path-proxy.ts';
import { startServer } from '../../support/process.ts';
import { testClientAt } from '../../support/test-client.ts';
import { newSignal, until } from '../../support/wait.ts';

test('a connection comes back after the server is killed and restarted', async () => {
  const DATABASE_URL = `file:${join(await temporaryFolder(), 'parley.db')}`;
  const server = await startServer({ DATABASE_URL });
  const { alice, bob } = await newClients(chatServerAt(server.url), ['alice', 'bob']);
  const reading = bob.read();
  await alice.send('bob', 'before');
  await reading.shown(1);
  await server.end('SIGKILL');
  await alice.becomes('offline');
  const sent = alice.send('bob', 'meanwhile');
  const live = bob.becomes('live');
  await startServer({ DATABASE_URL, PORT: new URL(server.url).port });
  expect(await sent).toMatchObject({ sent: true });
  await live;
  await alice.send('bob', 'after');
  expect((await reading.shown(3)).map(({ text }) => text)).toEqual([
    'before',
    'meanwhile',
    'after',
  ]);
});

test('a connection to a server at a path uses it for HTTP and WebSocket', async () => {
  const { chat } = await newChat('alice');
  const url = await newPathProxy(chat.url, '/chat');
  // With a slash at the end, as in a browser.
  const { bob } = await newClients(chatServerAt(`${url}/`), ['bob']);
  const reading = bob.read();
  await bob.send('alice', 'Hello');
  await bob.send('bob', 'Hello to me');
  expect((await reading.shown(1)).map(({ text }) => text)).toEqual(['Hello to me']);
});

test('the wait between retries grows and differs between clients', async () => {
  const { chat, alice } = await newChat('alice');
  const proxy = await newFlakyProxy(chat.url);
  // Two alone may draw the same wait.
  const away = Array.from({ length: 8 }, () => testClientAt(proxy.url, alice.token));
  await Promise.all(away.map((person) => person.becomes('live')));
  const lost = away.map((person) => person.becomes('offline'));
  proxy.cut();
  await Promise.all(lost);
  await Promise.all(away.map((person) => person.becomes('offline')));
  const waits = away.map(({ statuses }) =>
    statuses.flatMap((status) => (status.state === 'offline' ? [status.retryIn] : [])),
  );
  for (const [first = 0, second = 0] of waits) expect(second).toBeGreaterThanOrEqual(first);
  expect(new Set(waits.map(([first]) => first)).size).toBeGreaterThan(1);
  for (const person of away) person.close();
});

test('a session ended elsewhere is reported as ended and not retried', async () => {
  const { chat, alice } = await newChat('alice');
  const elsewhere = testClientAt(chat.url, alice.token);
  await elsewhere.becomes('live');
  const ended = elsewhere.becomes('ended');
  await alice.ask(Logout, {}, { once: true });
  await ended;
  expect(elsewhere.statuses.map(({ state: is }) => is)).toEqual(['connecting', 'live', 'ended']);
});

test('a connection can be closed while offline', async () => {
  const { chat, alice } = await newChat('alice');
  const proxy = await newFlakyProxy(chat.url);
  const person = testClientAt(proxy.url, alice.token);
  await person.becomes('live');
  const lost = person.becomes('offline');
  proxy.cut();
  await lost;
  const { length } = person.statuses;
  const unanswered = person.send('alice', 'hello');
  person.close();
  await expect(unanswered).rejects.toThrow('The connection is closed.');
  expect(person.statuses.slice(length).map(({ state: is }) => is)).toEqual([]);
});

test('close ends all: later operations fail, and no stream repeats its last message', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const person = testClientAt(chat.url, bob.token);
  const results: unknown[] = [];
  const ended = newSignal();
  person.connection.client.subscription(MessageReceived, { after: 0 }).subscribe((result) => {
    results.push(result.data?.messageReceived.text ?? result.error?.message);
    ended.notify();
    // Sends from within a stream, as a bot does.
    person.send('alice', 'answer').catch((error) => results.push(error.message));
  });
  await alice.send('bob', 'hello');
  await until(ended, () => results.length > 0);
  person.close();
  await until(ended, () => results.length > 1);
  const closed = '[Network] The connection is closed.';
  await expect(person.ask(Viewer, {})).rejects.toThrow(closed);
  await expect(person.ask(Viewer, {}, overHttp)).rejects.toThrow(closed);
  await expect(person.send('alice', 'late')).rejects.toThrow(closed);
  expect(results).toEqual(['hello', closed, closed, closed]);
  expect(person.statuses.map(({ state: is }) => is)).toEqual(['connecting', 'live']);
});

test.for([1000, 1002, 1009, 1011, 1013, 4400, 4401, 4409, 4429, 4500])(
  'a connection reconnects after a close with %i',
  async (code) => {
    const { chat, alice, bob } = await newChat('alice', 'bob');
    const turnstile = await newInterceptingProxy(chat.url);
    const person = testClientAt(turnstile.url, alice.token);
    await person.becomes('live');
    const live = person.becomes('live');
    turnstile.closeAll(code, 'because');
    const sent = person.send('bob', 'still here');
    await live;
    expect(await sent).toMatchObject({ sent: true });
    expect(person.statuses).toContainEqual({
      state: 'offline',
      retryIn: expect.any(Number),
      reason: `${code} because`,
    });
    await bob.read().shown(1);
    person.close();
  },
);

test('retries become rarer when the server turns a client away each time', async () => {
  const { chat, alice } = await newChat('alice');
  const turnstile = await newInterceptingProxy(chat.url);
  turnstile.onFrame = (_frame, close) => close(1013, 'full');
  const person = testClientAt(turnstile.url, alice.token);
  for (let time = 0; time < 4; time += 1) await person.becomes('offline');
  const waits = person.statuses.flatMap((status) =>
    status.state === 'offline' ? [status.retryIn] : [],
  );
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  person.close();
});

test('a request that closes the socket each time fails, and the next is answered', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const turnstile = await newInterceptingProxy(chat.url);
  turnstile.onFrame = (frame, close) => {
    if (frame.includes('poison')) close(1009, 'too big for the proxy');
  };
  const person = testClientAt(turnstile.url, alice.token);
  const refused = person.send('bob', 'poison');
  const sent = person.send('bob', 'fine');
  await expect(refused).rejects.toThrow(
    'closed the connection on this request (1009 too big for the proxy)',
  );
  expect(await sent).toMatchObject({ sent: true });
  expect((await bob.read().shown(1)).map(({ text }) => text)).toEqual(['fine']);
  person.close();
});

test('an operation answered with Retry-After is retried', async () => {
  const { chat } = await newChat();
  let refusals = 0;
  const busy = await newInterceptingProxy(chat.url);
  busy.onRequest = (response) => {
    refusals += 1;
    if (refusals > 1) return false;
    response.writeHead(429, { 'retry-after': '1' }).end('busy');
    return true;
  };
  const putOff: number[] = [];
  const { client, close } = connect({
    url: busy.url,
    onRateLimited: (milliseconds) => putOff.push(milliseconds),
  });
  expect((await client.query(AccountsMatching, {}).toPromise()).data?.accounts.edges).toEqual([]);
  expect(putOff).toEqual([1_000]);
  close();
});

test('an oversized request is refused locally, and the socket survives', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const reading = bob.read();
  const text = 'x'.repeat(70_000);
  expect(await alice.send('bob', text)).toEqual({
    sent: false,
    code: 'InvalidTextError',
    reason: 'The text is 66,000 characters over the limit of 4,000.',
  });
  expect(await alice.send(text, 'hello')).toMatchObject({ sent: false, code: 'LIMIT_EXCEEDED' });
  for (const context of [{}, overHttp]) {
    await expect(alice.ask(AccountsMatching, { matching: text }, context)).rejects.toThrow(
      /The request has 70\d{3} bytes; the server accepts 65536\./,
    );
  }
  expect(await alice.send('bob', 'after')).toMatchObject({ sent: true });
  expect((await reading.shown(1)).map((message) => message.text)).toEqual(['after']);
  expect(alice.statuses.map(({ state: is }) => is)).toEqual(['connecting', 'live']);
});

test('identical mutations are each answered', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const input = { to: 'bob', text: 'x'.repeat(2_000) };
  const answers = await Promise.all([1, 2, 3].map(() => alice.ask(SendMessage, { input })));
  expect(answers.map(({ sendMessage }) => sendMessage.__typename)).toEqual(
    Array(3).fill('SendMessageSuccess'),
  );
  await bob.read().shown(3);
});

test.for([
  ['ASCII', 'x', 1],
  ['emoji', '😀', 4],
  ['quotes', '"', 2],
] as const)(
  'a request of exactly as many bytes as the server accepts is sent, in %s',
  async ([, char, bytes]) => {
    const { chat, alice } = await newChatWith({ limits: { maxTextLength: 100_000 } }, 'alice');
    const frame = (text: string) => {
      const variables = { input: { to: 'alice', text, clientMessageId: crypto.randomUUID() } };
      const payload = { query: stringifyDocument(SendMessage), variables };
      return Buffer.byteLength(
        JSON.stringify({ id: crypto.randomUUID(), type: 'subscribe', payload }),
      );
    };
    const room = chat.app.config.limits.maxRequestBytes - frame('');
    const text = char.repeat(Math.floor(room / bytes)) + 'x'.repeat(room % bytes);
    expect(await alice.send('alice', text)).toMatchObject({ sent: true });
    expect(await alice.send('alice', `${text}x`)).toMatchObject({
      sent: false,
      code: 'LIMIT_EXCEEDED',
    });
    expect(alice.statuses.map(({ state: is }) => is)).toEqual(['connecting', 'live']);
  },
);

test('an operation over HTTP fails when the server is unreachable', async () => {
  const { chat } = await newChat();
  const proxy = await newFlakyProxy(chat.url);
  proxy.cut();
  const anonymous = testClientAt(proxy.url);
  await expect(
    anonymous.ask(
      CreateAccount,
      { input: { username: 'alice', password: PASSWORD } },
      { once: true },
    ),
  ).rejects.toThrow('[Network]');
});
