import { expect, test } from 'vitest';
import { ChangePassword, DeleteAccount } from '../../client/core/documents/account.ts';
import { Login, Logout } from '../../client/core/documents/session.ts';
import { idsOf } from '../../server/store/account.ts';
import { type Chat, newChat, PASSWORD } from '../support/chat.ts';
import { storeMessages } from '../support/mailbox.ts';
import { TRANSPORTS } from '../support/stream.ts';
import type { TestClient } from '../support/test-client.ts';
import { openWire } from '../support/wire.ts';

const credentials = { username: 'bob', password: PASSWORD };

const WAYS: Record<string, (chat: Chat, bob: TestClient) => Promise<unknown>> = {
  'a logout': (_chat, bob) => bob.ask(Logout, {}),
  'a login that replaces it': ({ anonymous }) =>
    anonymous.ask(Login, { input: { ...credentials, ifOnline: 'REPLACE' } }),
  'a change of password': (_chat, bob) =>
    bob.ask(ChangePassword, {
      input: { currentPassword: PASSWORD, newPassword: 'battery staple' },
    }),
  'the deletion of the account': (_chat, bob) => bob.ask(DeleteAccount, { input: credentials }),
};

const cases = Object.entries(TRANSPORTS).flatMap(([name, transport]) =>
  Object.entries(WAYS).map(([way, end]) => ({ name, transport, way, end })),
);

test.for(cases)(
  'a subscription by $name ends within two seconds of $way',
  async ({ name, transport, end }) => {
    const { chat, alice, bob } = await newChat('alice', 'bob');
    let arrived = () => {};
    const first = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const stream = await transport({ url: chat.url, token: bob.token }, () => arrived());
    await alice.send('bob', 'before');
    await first;

    await end(chat, bob);
    const start = performance.now();
    await alice.send('bob', 'after');
    expect(await stream.ended).toEqual({
      error: 'SESSION_ENDED',
      ...(name === 'WebSocket' && { closed: 4403 }),
    });
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(stream.messages.map(({ text }) => text)).toEqual(['before']);
  },
);

test("a session's end closes each of its subscriptions, then the socket", async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const wire = await openWire(chat.url, bob.token);
  const subscriptions = {
    received: 'subscription { messageReceived { id } }',
    sent: 'subscription { messageSent { id } }',
    receipts: 'subscription { receiptReceived { readThrough } }',
    presence: 'subscription { presenceChanged(of: ["alice"]) { online } }',
    typing: 'subscription { typingChanged(in: []) { typing } }',
  };
  for (const [id, query] of Object.entries(subscriptions)) wire.ask(id, query);
  // Alice's session and Bob's, and what each subscription listens to.
  await expect
    .poll(() => chat.app.services.bell.listeners)
    .toBe(2 + Object.keys(subscriptions).length);
  await bob.ask(Logout, {});
  expect(await wire.closed).toBe(4403);
  const errors = wire.frames.filter(({ type }) => type === 'error');
  expect(errors.map(({ id }) => id).toSorted()).toEqual(Object.keys(subscriptions).toSorted());
  expect(errors.map(({ payload }) => payload)).toEqual(
    errors.map(() => [expect.objectContaining({ extensions: { code: 'SESSION_ENDED' } })]),
  );
});

test.for(Object.entries(WAYS))(
  'no operation of an open socket is executed after the answer to %s',
  async ([, end]) => {
    const { chat, alice, bob } = await newChat('alice', 'bob');
    const wire = await openWire(chat.url, bob.token);
    await end(chat, bob);
    wire.ask(
      'late',
      'mutation { sendMessage(input: { to: "alice", text: "late" }) { __typename } }',
    );
    expect(await wire.closed).toBe(4403);
    expect(wire.frames.filter(({ type }) => type === 'next')).toEqual([]);
    expect(await alice.ask('{ mailbox { pendingCount } }', {})).toEqual({
      mailbox: { pendingCount: 0 },
    });
  },
);

test('a socket with an ended session gets an error, then closes', async () => {
  const { chat, bob } = await newChat('bob');
  await bob.ask(Logout, {});
  const asking = await openWire(chat.url, bob.token);
  asking.ask('1', 'subscription { messageReceived { id } }');
  expect((await asking.received(({ id }) => id === '1'))[0]?.payload).toMatchObject({
    errors: [{ extensions: { code: 'SESSION_ENDED' } }],
  });
  const idle = await openWire(chat.url, bob.token);
  expect([await asking.closed, await idle.closed]).toEqual([4403, 4403]);
});

test.for(Object.entries(TRANSPORTS))(
  "a stalled reader by %s is cut off within two seconds of the session's end",
  async ([, transport]) => {
    const { chat, alice, bob } = await newChat('alice', 'bob');
    const { bell, store } = chat.app.services;
    const [senderId = ''] = await idsOf(store.db, ['alice']);
    // More than the operating system takes off the server's hands for one connection.
    const texts = Array.from({ length: 700 }, (_, number) => `${number} ${'𠮷'.repeat(3_900)}`);
    await storeMessages(store, { senderId, to: 'bob', texts });
    bob.close();
    await expect.poll(() => bell.listeners).toBe(1);
    const stream = await transport({ url: chat.url, token: bob.token });
    stream.pause();
    await expect.poll(() => bell.listeners).toBeGreaterThan(1);

    const { login } = await chat.anonymous.ask(Login, {
      input: { ...credentials, ifOnline: 'REPLACE' },
    });
    expect(login.__typename).toBe('LoginSuccess');
    // What is left is Alice's.
    await expect.poll(() => bell.listeners, { timeout: 2_000 }).toBe(1);
    await alice.send('bob', 'after');
    stream.resume();
    await stream.ended;
    expect(stream.messages.length).toBeLessThan(texts.length);
    expect(stream.messages.map(({ text }) => text)).not.toContain('after');
  },
);
