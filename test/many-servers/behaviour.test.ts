import { print } from 'graphql';
import { expect, test } from 'vitest';
import {
  ChangePassword,
  CreateAccount,
  DeleteAccount,
} from '../../client/core/documents/account.ts';
import { BlockAccount, UnblockAccount } from '../../client/core/documents/block.ts';
import { Conversation, MarkRead } from '../../client/core/documents/conversation.ts';
import { MessageReceived, MessageSent, SendMessage } from '../../client/core/documents/message.ts';
import { PresenceChanged } from '../../client/core/documents/presence.ts';
import { ReceiptReceived } from '../../client/core/documents/receipt.ts';
import { MessagesMatching } from '../../client/core/documents/search.ts';
import { Login, Logout } from '../../client/core/documents/session.ts';
import { SetTyping, TypingChanged } from '../../client/core/documents/typing.ts';
import type { ResultOf } from '../../client/core/graphql.ts';
import { overHttp } from '../support/ask.ts';
import { type Chat, newChat, newChatWith, PASSWORD } from '../support/chat.ts';
import { type TestClient, testClientAt } from '../support/test-client.ts';

/** Two servers over one database: `here`, where the clients are logged in, and `there`. */
async function twoServers<Name extends string>(...names: Name[]) {
  const { chat: here, ...clients } = await newChat(...names);
  const settings = { DATABASE_URL: here.app.config.databaseUrl };
  const { chat: there } = await newChatWith({ settings });
  return { here, there, ...(clients as unknown as Record<Name, TestClient>) };
}

const login = (chat: Chat, username: string, ifOnline: 'REFUSE' | 'REPLACE') =>
  chat.anonymous.ask(Login, { input: { username, password: PASSWORD, ifOnline } });

test("a message reaches its recipient and its sender's other sessions at each server", async () => {
  const { there, alice, bob } = await twoServers('alice', 'bob');
  const [bobThere, aliceThere] = [await there.login('bob'), await there.login('alice')];
  const readers = [bob.read(), bobThere.read()];
  const sent = aliceThere.watch(MessageSent, { after: 0 });
  await alice.send('bob', 'from here');
  await aliceThere.send('bob', 'from there');
  for (const reader of readers) {
    expect((await reader.shown(2)).map(({ text }) => text)).toEqual(['from here', 'from there']);
  }
  expect((await sent.next()).messageSent.text).toBe('from here');
});

test('receipts reach a sender at another server', async () => {
  const { there, alice } = await twoServers('alice', 'bob');
  const bobThere = await there.login('bob');
  const receipts = alice.watch(ReceiptReceived, {});
  const reading = bobThere.read();
  const outcome = await alice.send('bob', 'hello');
  const id = outcome.sent ? outcome.message.id : '';
  await reading.shown(1);
  expect((await receipts.next()).receiptReceived).toMatchObject({
    deliveredThrough: id,
    readThrough: null,
  });
  await bobThere.ask(MarkRead, { input: { with: 'alice', through: id } });
  expect((await receipts.next()).receiptReceived).toMatchObject({ readThrough: id });
});

test('presence and the refusal of a second login hold across servers', async () => {
  const { here, there, alice } = await twoServers('alice');
  await there.create('bob');
  const presence = alice.watch(PresenceChanged, { of: ['bob'] });
  expect((await presence.next()).presenceChanged.online).toBe(false);
  await there.login('bob');
  expect((await presence.next()).presenceChanged.online).toBe(true);
  expect((await login(here, 'bob', 'REFUSE')).login.__typename).toBe('AlreadyLoggedInError');
});

test('a block at one server refuses sends and hides presence at another', async () => {
  const { there, alice, bob } = await twoServers('alice', 'bob');
  const aliceThere = await there.login('alice');
  const presence = aliceThere.watch(PresenceChanged, { of: ['bob'] });
  expect((await presence.next()).presenceChanged.online).toBe(true);
  const reading = bob.read();
  let isBlocked = false;
  async function write(): Promise<number> {
    for (let sent = 0; ; sent += 1) {
      const sentAfter = isBlocked;
      const outcome = await aliceThere.send('bob', 'hello');
      if (!outcome.sent) return sent;
      if (sentAfter) throw new Error('A message was accepted after the block.');
    }
  }
  const writing = write();
  await reading.shown(10);
  await bob.ask(BlockAccount, { input: { account: 'alice' } });
  isBlocked = true;
  const accepted = await writing;
  expect(await reading.shown(accepted)).toHaveLength(accepted);
  expect((await presence.next()).presenceChanged.online).toBe(false);
  expect(await alice.send('bob', 'hello')).toMatchObject({ code: 'RecipientBlockedError' });
  await bob.ask(UnblockAccount, { input: { account: 'alice' } });
  expect((await presence.next()).presenceChanged.online).toBe(true);
});

test('typing at one server is shown at another', async () => {
  const { there, alice } = await twoServers('alice', 'bob');
  const bobThere = await there.login('bob');
  const { conversation } = await alice.ask(Conversation, { with: 'bob' });
  const watching = alice.watch(TypingChanged, { in: [conversation?.id ?? ''] });
  const set = (typing: boolean) => bobThere.ask(SetTyping, { input: { with: 'alice', typing } });
  await set(true);
  expect((await watching.next()).typingChanged.typing).toBe(true);
  await set(false);
  expect((await watching.next()).typingChanged.typing).toBe(false);
});

test('a search at one server finds all that was sent through both', async () => {
  const { there, alice, bob } = await twoServers('alice', 'bob');
  const [aliceThere, bobThere] = [await there.login('alice'), await there.login('bob')];
  // By plain HTTP: a client would share the answer to a search that began before the last send.
  const find = async ({ url, token }: TestClient): Promise<string[]> => {
    const query = print(MessagesMatching);
    const variables = { matching: 'hello', first: 100 };
    const { data } = await overHttp({ url, token, query, variables });
    const { messages } = data as ResultOf<typeof MessagesMatching>;
    return messages?.edges.map(({ node }) => node.id) ?? [];
  };
  let isSending = true;
  async function search(client: TestClient): Promise<void> {
    while (isSending) {
      const ids = await find(client);
      expect(new Set(ids).size).toBe(ids.length);
    }
  }
  const searching = Promise.all([alice, aliceThere, bob, bobThere].map(search));
  const sends = [alice, aliceThere, bob, bobThere].flatMap((client) =>
    Array.from({ length: 20 }, () =>
      client.send(client.username === 'alice' ? 'bob' : 'alice', 'hello'),
    ),
  );
  await Promise.all(sends);
  // Each search from now on has to find all.
  for (const client of [alice, bobThere]) expect(new Set(await find(client)).size).toBe(80);
  isSending = false;
  await searching;
});

const ENDS: Record<string, (chat: Chat, alice: TestClient) => Promise<unknown>> = {
  'a takeover': (chat) => login(chat, 'alice', 'REPLACE'),
  'a change of password': (_chat, alice) =>
    alice.ask(ChangePassword, {
      input: { currentPassword: PASSWORD, newPassword: 'battery staple' },
    }),
};

test.for(Object.entries(ENDS))('%s at one server ends sessions at another', async ([, end]) => {
  const { here, there } = await twoServers('alice');
  const [aliceHere, aliceThere] = [await here.login('alice'), await there.login('alice')];
  const stream = aliceThere.watch(MessageReceived, { after: null });
  await aliceThere.send('alice', 'I am here');
  await stream.next();
  const ended = aliceThere.becomes('ended');
  await end(here, aliceHere);
  await expect(stream.next()).rejects.toThrow('The session has ended');
  await ended;
});

test('a logout at one server ends the same session at another', async () => {
  const { there, alice } = await twoServers('alice');
  const sameSession = testClientAt(there.url, alice.token);
  await sameSession.becomes('live');
  const ended = sameSession.becomes('ended');
  await alice.ask(Logout, {});
  await ended;
});

test('an account deleted at one server is gone at another', async () => {
  const { here, there, alice } = await twoServers('alice');
  await here.create('bob');
  await alice.send('bob', 'are you there?');
  const input = { username: 'bob', password: PASSWORD };
  const { deleteAccount } = await there.anonymous.ask(DeleteAccount, { input });
  expect(deleteAccount).toMatchObject({ undelivered: [{ text: 'are you there?' }] });
  expect(await alice.send('bob', 'are you there?')).toMatchObject({
    sent: false,
    code: 'AccountNotFoundError',
  });
});

test('ids follow the order of a conversation, though one clock is a minute slow', async () => {
  const { chat: here, alice, bob } = await newChat('alice', 'bob');
  const settings = { DATABASE_URL: here.app.config.databaseUrl };
  const { chat: there } = await newChatWith({ settings, clock: () => Date.now() - 60_000 });
  const bobThere = await there.login('bob');
  const ids: string[] = [];
  for (const [sender, to] of [
    [alice, 'bob'],
    [bobThere, 'alice'],
    [bobThere, 'alice'],
    [bob, 'alice'],
    [bobThere, 'alice'],
  ] as const) {
    const outcome = await sender.send(to, 'hello');
    ids.push(outcome.sent ? outcome.message.id : outcome.reason);
  }
  const { conversation } = await alice.ask(Conversation, { with: 'bob', first: 10 });
  expect(conversation?.messages.edges.map(({ node }) => node.id)).toEqual(ids);
  expect(ids.toSorted()).toEqual(ids);
});

test('concurrent sends, creates and logins on two servers stay unique', async () => {
  const { here, there, alice } = await twoServers('alice');
  const aliceThere = await there.login('alice');
  await here.create('bob');
  for (let round = 1; round <= 20; round += 1) {
    const input = { to: 'bob', text: `text ${round}`, clientMessageId: `id ${round}` };
    const answers = await Promise.all(
      [alice, aliceThere].map((sender) => sender.ask(SendMessage, { input })),
    );
    const ids = answers.map(
      ({ sendMessage }) => 'sentMessage' in sendMessage && sendMessage.sentMessage.id,
    );
    expect(new Set(ids).size).toBe(1);

    const account = { username: `carol${round}`, password: PASSWORD };
    const created = await Promise.all(
      [here, there].map(({ anonymous }) => anonymous.ask(CreateAccount, { input: account })),
    );
    expect(created.map(({ createAccount }) => createAccount.__typename).toSorted()).toEqual([
      'CreateAccountSuccess',
      'UsernameTakenError',
    ]);
    const logins = await Promise.all(
      [here, there].map((chat) => login(chat, account.username, 'REFUSE')),
    );
    expect(logins.map(({ login }) => login.__typename).toSorted()).toEqual([
      'AlreadyLoggedInError',
      'LoginSuccess',
    ]);
  }
});

test('transaction conflicts between two servers do not reach the senders', async () => {
  const { here, there, alice, bob } = await twoServers('alice', 'bob');
  const [aliceThere, bobThere] = [await there.login('alice'), await there.login('bob')];
  const readings = [alice.read(), bobThere.read()];
  const sending = [alice, bob, aliceThere, bobThere].flatMap((sender) =>
    Array.from({ length: 80 }, (_, number) =>
      sender.ask(SendMessage, {
        input: {
          to: sender.username === 'alice' ? 'bob' : 'alice',
          text: `${number}`,
          clientMessageId: null,
        },
      }),
    ),
  );
  const answers = await Promise.all(sending);
  expect(
    answers.filter(({ sendMessage }) => sendMessage.__typename !== 'SendMessageSuccess'),
  ).toEqual([]);
  for (const reading of readings) {
    expect((await reading.shown(160)).map(({ position }) => position)).toEqual(
      Array.from({ length: 160 }, (_, index) => index + 1),
    );
  }
  expect([here, there].map(({ app }) => app.services.bell.traffic.received > 0)).toEqual([
    true,
    true,
  ]);
});

test('concurrent logins on two servers keep to the session limit', async () => {
  const limits = { maxSessionsPerAccount: 3 };
  const { chat: here } = await newChatWith({ limits });
  const { chat: there } = await newChatWith({
    limits,
    settings: { DATABASE_URL: here.app.config.databaseUrl },
  });
  await here.create('alice');
  const logins = await Promise.all(
    [here, there, here, there, here, there, here, there].map(async ({ anonymous }) => {
      const input = { username: 'alice', password: PASSWORD, ifOnline: 'JOIN' } as const;
      return (await anonymous.ask(Login, { input })).login.__typename;
    }),
  );
  expect(logins).toEqual(logins.map(() => 'LoginSuccess'));
  expect(await here.app.store.db.selectFrom('session').select('id').execute()).toHaveLength(3);
});
