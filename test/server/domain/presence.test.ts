import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { PresenceChanged } from '../../../client/core/documents/presence.ts';
import { Logout } from '../../../client/core/documents/session.ts';
import { topic } from '../../../server/domain/services.ts';
import { idsOf } from '../../../server/store/account.ts';
import { type Chat, newChat, newChatWith, PASSWORD } from '../../support/chat.ts';

test('presenceChanged yields the current states, then each change', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await chat.create('carol');
  const watching = alice.watch(PresenceChanged, { of: ['bob', 'CAROL', 'nobody'] });
  expect([await watching.next(), await watching.next()]).toMatchObject([
    { presenceChanged: { username: 'bob', online: true } },
    { presenceChanged: { username: 'carol', online: false } },
  ]);
  const carol = await chat.login('carol');
  expect(await watching.next()).toMatchObject({
    presenceChanged: { username: 'carol', online: true },
  });
  await bob.ask(Logout, {});
  expect(await watching.next()).toMatchObject({
    presenceChanged: { username: 'bob', online: false },
  });
  await carol.ask(Logout, {});
  expect(await watching.next()).toMatchObject({
    presenceChanged: { username: 'carol', online: false },
  });
});

test('an account stays online when one of its clients leaves', async () => {
  let now = Date.now();
  const { chat, alice, bob } = await newChatWith({ clock: () => now }, 'alice', 'bob');
  const desk = await chat.login('bob');
  const watching = alice.watch(PresenceChanged, { of: ['bob'] });
  expect(await watching.next()).toMatchObject({
    presenceChanged: { username: 'bob', online: true },
  });
  // Three sessions, and what is watched.
  await listeners(chat, 4);
  bob.close();
  await listeners(chat, 3);
  now += LEASES_OVER_MS;
  await desk.ask(Logout, {});
  // A change for the first client would come before this one.
  expect(await watching.next()).toMatchObject({
    presenceChanged: { username: 'bob', online: false },
  });
  expect(watching.waiting).toBe(0);
});

test('an account is offline once the lease of a vanished client has expired', async () => {
  let now = Date.now();
  const { chat, alice, bob } = await newChatWith({ clock: () => now }, 'alice', 'bob');
  const watching = alice.watch(PresenceChanged, { of: ['bob'] });
  expect(await watching.next()).toMatchObject({ presenceChanged: { online: true } });
  await listeners(chat, 3);
  bob.close();
  await listeners(chat, 2);
  now += LEASES_OVER_MS;
  chat.app.services.bell.ring(topic.presence(await idOf(chat, 'bob')));
  expect(await watching.next()).toMatchObject({ presenceChanged: { online: false } });
});

test('deleteAccount takes the account offline', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const watching = alice.watch(PresenceChanged, { of: ['bob'] });
  expect(await watching.next()).toMatchObject({
    presenceChanged: { username: 'bob', online: true },
  });
  await bob.ask(DeleteAccount, { input: { username: 'bob', password: PASSWORD } });
  expect(await watching.next()).toMatchObject({
    presenceChanged: { username: 'bob', online: false },
  });
});

test('presenceChanged needs a login and takes at most a hundred usernames', async () => {
  const { chat, alice } = await newChat('alice');
  const of = Array.from({ length: 101 }, (_, index) => `user${index}`);
  await expect(alice.watch(PresenceChanged, { of }).next()).rejects.toMatchObject({
    graphQLErrors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
  });
  const response = await fetch(`${chat.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { presenceChanged(of: ["alice"]) { online } }' }),
  });
  expect(await response.text()).toContain('"code":"UNAUTHENTICATED"');
});

/** Longer than any lease but that of a plain request lasts. */
const LEASES_OVER_MS = 60_000;

const idOf = async (chat: Chat, username: string): Promise<string> =>
  (await idsOf(chat.app.store.db, [username]))[0] ?? '';

/** Resolves when so many wait for news, and what that means for who is online is written. */
async function listeners({ app }: Chat, count: number): Promise<void> {
  await expect.poll(() => app.services.bell.listeners).toBe(count);
  await app.connected.settled();
}
