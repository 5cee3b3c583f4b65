import { describe, expect, test } from 'vitest';
import { overHttp } from '../client/core/connection.ts';
import {
  AccountsMatching,
  AcknowledgeMessages,
  CreateAccount,
  DeleteAccount,
  Login,
  SendMessage,
  Viewer,
} from '../client/core/documents.ts';
import { codeOf } from '../client/core/errors.ts';
import { codes, overSocket } from './support/ask.ts';
import { type Chat, newChat, newClients, PASSWORD } from './support/chat.ts';
import { overWebSocket } from './support/stream.ts';
import type { Reading, TestClient } from './support/test-client.ts';
import { newSignal, until } from './support/wait.ts';

/**
 * What the original chat did, or ought to have done; each through a real server and the client
 * core.
 */
const TABLE: readonly (readonly [
  area: string,
  behaviour: string,
  run: (chat: Chat) => Promise<void>,
])[] = [
  [
    'create',
    'a new username becomes an account',
    async (chat) => {
      expect(await create(chat, 'alice')).toBe('CreateAccountSuccess');
      expect(await list(chat)).toEqual(['alice']);
    },
  ],
  [
    'create',
    'a username that is taken is refused, in capitals too',
    async (chat) => {
      await chat.create('alice');
      expect(await create(chat, 'alice')).toBe('UsernameTakenError');
      expect(await create(chat, 'ALICE')).toBe('UsernameTakenError');
      expect(await list(chat)).toEqual(['alice']);
    },
  ],

  [
    'list',
    'without a term it shows every account, in order',
    async (chat) => {
      await inhabit(chat);
      expect(await list(chat)).toEqual(['alice', 'alison', 'bob']);
    },
  ],
  [
    'list',
    'a term finds the usernames that contain it',
    async (chat) => {
      await inhabit(chat);
      expect(await list(chat, 'li')).toEqual(['alice', 'alison']);
    },
  ],
  [
    'list',
    'a term with wildcards is a pattern for the whole username',
    async (chat) => {
      await inhabit(chat);
      expect(await list(chat, 'al*')).toEqual(['alice', 'alison']);
      expect(await list(chat, '*son')).toEqual(['alison']);
      expect(await list(chat, 'b?b')).toEqual(['bob']);
      expect(await list(chat, 'l*')).toEqual([]);
    },
  ],
  [
    'list',
    'a term that matches nobody finds nobody',
    async (chat) => {
      await inhabit(chat);
      expect(await list(chat, 'zoe')).toEqual([]);
    },
  ],

  [
    'login',
    'the right password begins a session',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      expect(await alice.ask(Viewer, {})).toMatchObject({
        viewer: { username: 'alice' },
        mailbox: { pendingCount: 0 },
      });
    },
  ],
  [
    'login',
    'an unknown username is refused',
    async (chat) => {
      expect(await login(chat, 'alice')).toMatchObject({ __typename: 'InvalidCredentialsError' });
    },
  ],
  [
    'login',
    'a wrong password is refused, in the same words',
    async (chat) => {
      await chat.create('alice');
      expect(await login(chat, 'alice', 'wrong horse')).toEqual(await login(chat, 'nobody'));
      expect(await login(chat, 'alice')).toMatchObject({ __typename: 'LoginSuccess' });
    },
  ],
  [
    'login',
    'an account that is already online is refused, and its client stays',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      expect(await login(chat, 'alice')).toMatchObject({ __typename: 'AlreadyLoggedInError' });
      expect(await alice.ask(Viewer, {})).toMatchObject({ viewer: { username: 'alice' } });
    },
  ],
  [
    'login',
    'what is pending comes in the order in which it was sent',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      await chat.create('bob');
      for (const text of ['one', 'two', 'three']) await alice.send('bob', text);
      expect(await login(chat, 'bob')).toMatchObject({ mailbox: { pendingCount: 3 } });
      expect(await texts((await chat.login('bob')).read(), 3)).toEqual(['one', 'two', 'three']);
    },
  ],

  [
    'send',
    'a recipient who is online gets it at once',
    async (chat) => {
      const { alice, bob } = await newClients(chat, ['alice', 'bob']);
      const reading = bob.read();
      expect(await send(alice, 'bob', 'hello')).toBe('sent');
      expect(await texts(reading, 1)).toEqual(['hello']);
      expect(reading.messages[0]).toMatchObject({
        senderUsername: 'alice',
        recipient: { username: 'bob' },
      });
    },
  ],
  [
    'send',
    'a recipient who is offline gets it at the next login',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      await chat.create('bob');
      expect(await send(alice, 'bob', 'hello')).toBe('sent');
      expect(await texts((await chat.login('bob')).read(), 1)).toEqual(['hello']);
    },
  ],
  [
    'send',
    'an unknown recipient is refused',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      expect(await send(alice, 'bob', 'hello')).toBe('AccountNotFoundError');
    },
  ],
  [
    'send',
    'without a login it is refused',
    async (chat) => {
      await chat.create('bob');
      expect(await failure(chat.anonymous.send('bob', 'hello'))).toBe('UNAUTHENTICATED');
      expect(await waiting(await chat.login('bob'))).toBe(0);
    },
  ],
  [
    'send',
    'one can write to oneself',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      expect(await send(alice, 'alice', 'note')).toBe('sent');
      expect(await texts(alice.read(), 1)).toEqual(['note']);
    },
  ],
  [
    'send',
    'an empty text is refused',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      expect(await send(alice, 'alice', '')).toBe('InvalidTextError');
      expect(await waiting(alice)).toBe(0);
    },
  ],
  [
    'send',
    'a text of 4,000 code points arrives, one of 4,001 is refused',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      const longest = '🦜'.repeat(4_000);
      expect(await send(alice, 'alice', `${longest}.`)).toBe('InvalidTextError');
      expect(await send(alice, 'alice', longest)).toBe('sent');
      expect(await texts(alice.read(), 1)).toEqual([longest]);
    },
  ],
  [
    'send',
    'a text of 10 KB arrives whole',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      const long = `${'語'.repeat(3_413)}.`;
      expect(Buffer.byteLength(long)).toBe(10_240);
      expect(await send(alice, 'alice', long)).toBe('sent');
      expect(await texts(alice.read(), 1)).toEqual([long]);
    },
  ],
  [
    'send',
    'runs of spaces and newlines are kept',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      const spaced = '  two   three\n\n\n\tafter a tab  \n';
      expect(await send(alice, 'alice', spaced)).toBe('sent');
      expect(await texts(alice.read(), 1)).toEqual([spaced]);
    },
  ],

  [
    'deliver',
    'some: what waits is shown and then waits no more',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      for (const text of ['one', 'two']) await alice.send('alice', text);
      const reading = alice.read({ pendingCount: 2 });
      await reading.inbox.caughtUp();
      await reading.inbox.settled();
      expect(await texts(reading, 2)).toEqual(['one', 'two']);
      expect(await waiting(alice)).toBe(0);
    },
  ],
  [
    'deliver',
    'none: nothing waits and nothing is shown',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      const reading = alice.read();
      await reading.inbox.caughtUp();
      expect(await waiting(alice)).toBe(0);
      await alice.send('alice', 'first');
      expect(await texts(reading, 1)).toEqual(['first']);
    },
  ],
  [
    'deliver',
    'in parts: each part continues after the one before, and the rest waits',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      for (const text of ['one', 'two', 'three', 'four', 'five']) await alice.send('alice', text);
      const reading = alice.read({ pendingCount: 5, first: 2 });
      expect(await texts(reading, 2)).toEqual(['one', 'two']);
      await reading.inbox.settled();
      expect(await waiting(alice)).toBe(3);
      reading.inbox.deliver(1);
      expect(await texts(reading, 3)).toEqual(['one', 'two', 'three']);
      await reading.inbox.settled();
      expect(await waiting(alice)).toBe(2);
      reading.inbox.deliver(10);
      expect(await texts(reading, 5)).toEqual(['one', 'two', 'three', 'four', 'five']);
    },
  ],
  [
    'deliver',
    'without a login it is refused',
    async (chat) => {
      const acknowledging = chat.anonymous.ask(AcknowledgeMessages, { input: { through: 1 } });
      expect(await failure(acknowledging)).toBe('UNAUTHENTICATED');
      expect(
        await failure(chat.anonymous.ask('{ pendingMessages { edges { cursor } } }', {})),
      ).toBe('UNAUTHENTICATED');
      const subscribing = overSocket({
        url: chat.url,
        query: 'subscription { messageReceived { text } }',
      });
      expect(codes(await subscribing)).toEqual(['UNAUTHENTICATED']);
    },
  ],

  [
    'delete',
    'the right password removes the account',
    async (chat) => {
      await chat.create('alice');
      expect(await remove(chat, 'alice')).toEqual({
        __typename: 'DeleteAccountSuccess',
        username: 'alice',
        undeliveredCount: 0,
        undelivered: [],
      });
      expect(await list(chat)).toEqual([]);
      expect(await login(chat, 'alice')).toMatchObject({ __typename: 'InvalidCredentialsError' });
    },
  ],
  [
    'delete',
    'a wrong password is refused, and the account stays',
    async (chat) => {
      await chat.create('alice');
      expect(await remove(chat, 'alice', 'wrong horse')).toMatchObject({
        __typename: 'InvalidCredentialsError',
      });
      expect(await login(chat, 'alice')).toMatchObject({ __typename: 'LoginSuccess' });
    },
  ],
  [
    'delete',
    'an unknown username is refused',
    async (chat) => {
      expect(await remove(chat, 'alice')).toMatchObject({ __typename: 'InvalidCredentialsError' });
    },
  ],
  [
    'delete',
    'an account that is online elsewhere is refused, and its client stays',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      expect(await remove(chat, 'alice')).toMatchObject({ __typename: 'AlreadyLoggedInError' });
      expect(await alice.ask(Viewer, {})).toMatchObject({ viewer: { username: 'alice' } });
    },
  ],
  [
    'delete',
    'from its own session it is removed, and the session ends',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      const ended = alice.becomes('ended');
      expect(await remove(alice, 'alice')).toMatchObject({ __typename: 'DeleteAccountSuccess' });
      await ended;
      expect(await list(chat)).toEqual([]);
    },
  ],
  [
    'delete',
    'the messages that were pending are handed over',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      await chat.create('bob');
      for (const text of ['one', 'two']) await alice.send('bob', text);
      expect(await remove(chat, 'bob')).toMatchObject({
        undelivered: [{ text: 'one' }, { text: 'two' }],
      });
    },
  ],
  [
    'delete',
    'what a deleted sender left is still delivered',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      await chat.create('bob');
      await alice.send('bob', 'goodbye');
      await remove(alice, 'alice');
      const reading = (await chat.login('bob')).read();
      expect(await texts(reading, 1)).toEqual(['goodbye']);
      expect(reading.messages[0]).toMatchObject({ senderUsername: 'alice' });
    },
  ],
  [
    'delete',
    'the username can be taken again, and its new owner sees nothing of the old',
    async (chat) => {
      const { alice, bob } = await newClients(chat, ['alice', 'bob']);
      await bob.send('alice', 'for the old');
      await remove(alice, 'alice');
      const again = (await newClients(chat, ['alice'])).alice;
      expect(await waiting(again)).toBe(0);
      await bob.send('alice', 'for the new');
      const reading = again.read();
      expect(await texts(reading, 1)).toEqual(['for the new']);
      expect(reading.messages[0]).toMatchObject({ position: 1 });
    },
  ],

  [
    'unknown operation',
    'it gets a clear error, and the connection lives on',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      await alice.ask(Viewer, {});
      const unknown = alice.ask('mutation { sendPigeon(to: "bob") }', {});
      await expect(unknown).rejects.toThrow('Cannot query field "sendPigeon" on type "Mutation".');
      expect(await failure(unknown)).toBe('BAD_USER_INPUT');
      expect(await send(alice, 'alice', 'still here')).toBe('sent');
      expect(alice.statuses.map(({ state: is }) => is)).toEqual(['connecting', 'live']);
    },
  ],

  [
    'faults of the original',
    'nothing is cut off at 1,024 bytes',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      const lengths = [1_023, 1_024, 1_025, 2_048, 3_999];
      for (const length of lengths) await alice.send('alice', 'x'.repeat(length));
      expect((await texts(alice.read(), lengths.length)).map(({ length }) => length)).toEqual(
        lengths,
      );
    },
  ],
  [
    'faults of the original',
    'commands that follow each other quickly stay apart, and each gets its own answer',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      const numbers = Array.from({ length: 50 }, (_, number) => String(number));
      const [results, found] = await Promise.all([
        Promise.all(
          numbers.map((text) => alice.ask(SendMessage, { input: { to: 'alice', text } })),
        ),
        list(alice, 'alice'),
      ]);
      expect(
        results.map(({ sendMessage }) => 'message' in sendMessage && sendMessage.message.text),
      ).toEqual(numbers);
      expect(found).toEqual(['alice']);
      expect(await texts(alice.read(), numbers.length)).toEqual(numbers);
      expect(alice.statuses.map(({ state: is }) => is)).toEqual(['connecting', 'live']);
    },
  ],
  [
    'faults of the original',
    'what a dying client had received but not dealt with comes again',
    async (chat) => {
      const { alice, bob } = await newClients(chat, ['alice', 'bob']);
      for (const text of ['one', 'two', 'three']) await alice.send('bob', text);
      const arrived = newSignal();
      const dying = await overWebSocket({ url: chat.url, token: bob.token }, arrived.notify);
      await until(arrived, () => dying.messages.length === 3);
      dying.destroy();
      await dying.ended;
      expect(await texts(bob.read(), 3)).toEqual(['one', 'two', 'three']);
    },
  ],
  [
    'faults of the original',
    'a deleted account sends nothing more, over the socket or by HTTP',
    async (chat) => {
      const { alice, bob } = await newClients(chat, ['alice', 'bob']);
      const reading = bob.read();
      const ended = alice.becomes('ended');
      await remove(alice, 'alice');
      const input = { to: 'bob', text: 'from beyond' };
      expect(await failure(alice.ask(SendMessage, { input }, overHttp))).toBe('SESSION_ENDED');
      await ended;
      await expect(alice.ask(SendMessage, { input })).rejects.toThrow();
      await bob.send('bob', 'the end');
      expect(await texts(reading, 1)).toEqual(['the end']);
    },
  ],
];

for (const [area, rows] of Map.groupBy(TABLE, ([area]) => area)) {
  describe(area, () => {
    for (const [, behaviour, run] of rows) test(behaviour, async () => run((await newChat()).chat));
  });
}

async function create({ anonymous }: Chat, username: string) {
  return (await anonymous.ask(CreateAccount, { input: { username, password: PASSWORD } }))
    .createAccount.__typename;
}

async function inhabit(chat: Chat): Promise<void> {
  for (const username of ['bob', 'alison', 'alice']) await chat.create(username);
}

/** Usernames that match, as anybody sees them. */
async function list(chat: Chat | TestClient, matching?: string) {
  const { accounts } = await personOf(chat).ask(AccountsMatching, { matching });
  return accounts.edges.map(({ node }) => node.username);
}

async function login({ anonymous }: Chat, username: string, password = PASSWORD) {
  return (await anonymous.ask(Login, { input: { username, password } })).login;
}

async function send(sender: TestClient, to: string, text: string) {
  const outcome = await sender.send(to, text);
  return outcome.sent ? 'sent' : outcome.code;
}

/** The texts that have been shown, once there are so many. */
async function texts(reading: Reading, count: number) {
  return (await reading.shown(count)).map(({ text }) => text);
}

const waiting = async (person: TestClient) => (await person.ask(Viewer, {})).mailbox.pendingCount;

async function remove(who: Chat | TestClient, username: string, password = PASSWORD) {
  return (await personOf(who).ask(DeleteAccount, { input: { username, password } })).deleteAccount;
}

/** The code with which an operation fails. */
const failure = (operation: Promise<unknown>) => operation.then(() => 'no failure', codeOf);

const personOf = (who: Chat | TestClient) => ('anonymous' in who ? who.anonymous : who);
