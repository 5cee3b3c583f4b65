import { describe, expect, test } from 'vitest';
import { overHttp } from '../client/core/connection.ts';
import {
  AccountsMatching,
  CreateAccount,
  DeleteAccount,
} from '../client/core/documents/account.ts';
import { AcknowledgeMessages, SendMessage } from '../client/core/documents/message.ts';
import { Login, Viewer } from '../client/core/documents/session.ts';
import { codeOf } from '../client/core/errors.ts';
import { codes, overSocket } from './support/ask.ts';
import { type Chat, newChat, newClients, PASSWORD } from './support/chat.ts';
import { overWebSocket } from './support/stream.ts';
import type { Reading, TestClient } from './support/test-client.ts';
import { newSignal, until } from './support/wait.ts';

/** What the original chat did or should have done, through a real server and client/core. */
const TABLE: readonly (readonly [
  area: string,
  behaviour: string,
  run: (chat: Chat) => Promise<void>,
])[] = [
  [
    'create',
    'a new username creates an account',
    async (chat) => {
      expect(await create(chat, 'alice')).toBe('CreateAccountSuccess');
      expect(await list(chat)).toEqual(['alice']);
    },
  ],
  [
    'create',
    'a taken username is refused, whatever its case',
    async (chat) => {
      await chat.create('alice');
      expect(await create(chat, 'alice')).toBe('UsernameTakenError');
      expect(await create(chat, 'ALICE')).toBe('UsernameTakenError');
      expect(await list(chat)).toEqual(['alice']);
    },
  ],

  [
    'list',
    'no term lists every account, in order',
    async (chat) => {
      await createThree(chat);
      expect(await list(chat)).toEqual(['alice', 'alison', 'bob']);
    },
  ],
  [
    'list',
    'a term matches the usernames that contain it',
    async (chat) => {
      await createThree(chat);
      expect(await list(chat, 'li')).toEqual(['alice', 'alison']);
    },
  ],
  [
    'list',
    'a term with wildcards matches the whole username',
    async (chat) => {
      await createThree(chat);
      expect(await list(chat, 'al*')).toEqual(['alice', 'alison']);
      expect(await list(chat, '*son')).toEqual(['alison']);
      expect(await list(chat, 'b?b')).toEqual(['bob']);
      expect(await list(chat, 'l*')).toEqual([]);
    },
  ],
  [
    'list',
    'a term without a match lists no account',
    async (chat) => {
      await createThree(chat);
      expect(await list(chat, 'zoe')).toEqual([]);
    },
  ],

  [
    'login',
    'the right password starts a session',
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
    'a wrong password is refused like an unknown username',
    async (chat) => {
      await chat.create('alice');
      expect(await login(chat, 'alice', 'wrong horse')).toEqual(await login(chat, 'nobody'));
      expect(await login(chat, 'alice')).toMatchObject({ __typename: 'LoginSuccess' });
    },
  ],
  [
    'login',
    'an account that is online is refused, and its client stays connected',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      expect(await login(chat, 'alice')).toMatchObject({ __typename: 'AlreadyLoggedInError' });
      expect(await alice.ask(Viewer, {})).toMatchObject({ viewer: { username: 'alice' } });
    },
  ],
  [
    'login',
    'pending messages arrive in the order they were sent',
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
    'an online recipient receives the message at once',
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
    'an offline recipient receives the message at the next login',
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
    'a client without a session is refused',
    async (chat) => {
      await chat.create('bob');
      expect(await failure(chat.anonymous.send('bob', 'hello'))).toBe('UNAUTHENTICATED');
      expect(await waiting(await chat.login('bob'))).toBe(0);
    },
  ],
  [
    'send',
    'an account can message itself',
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
    'a text of 4,000 code points is accepted, one of 4,001 refused',
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
    'a text of 10 KB arrives complete',
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
    'runs of spaces and newlines are preserved',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      const spaced = '  two   three\n\n\n\tafter a tab  \n';
      expect(await send(alice, 'alice', spaced)).toBe('sent');
      expect(await texts(alice.read(), 1)).toEqual([spaced]);
    },
  ],

  [
    'deliver',
    'waiting messages are shown and no longer wait',
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
    'an empty mailbox shows nothing until a message arrives',
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
    'each part continues after the one before, and the rest waits',
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
    'a client without a session is refused',
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
    'a wrong password is refused, and the account remains',
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
    'an account that is online elsewhere is refused, and its client stays connected',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      expect(await remove(chat, 'alice')).toMatchObject({ __typename: 'AlreadyLoggedInError' });
      expect(await alice.ask(Viewer, {})).toMatchObject({ viewer: { username: 'alice' } });
    },
  ],
  [
    'delete',
    'its own session may remove the account, and ends',
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
    'pending messages are returned',
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
    'messages of a deleted sender are still delivered',
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
    'a reused username starts with an empty mailbox',
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
    'the error names the field, and the connection survives',
    async (chat) => {
      const { alice } = await newClients(chat, ['alice']);
      await alice.ask(Viewer, {});
      const unknown = alice.ask('mutation { sendPigeon(to: "bob") }', {});
      await expect(unknown).rejects.toThrow('Cannot query field "sendPigeon" on type "Mutation".');
      expect(await failure(unknown)).toBe('BAD_USER_INPUT');
      expect(await send(alice, 'alice', 'still here')).toBe('sent');
      expect(alice.statuses.map(({ state }) => state)).toEqual(['connecting', 'live']);
    },
  ],

  [
    'faults of the original',
    'a text over 1,024 bytes is not cut off',
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
    'rapid operations stay separate, and each gets its own answer',
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
        results.map(
          ({ sendMessage }) => 'sentMessage' in sendMessage && sendMessage.sentMessage.text,
        ),
      ).toEqual(numbers);
      expect(found).toEqual(['alice']);
      expect(await texts(alice.read(), numbers.length)).toEqual(numbers);
      expect(alice.statuses.map(({ state }) => state)).toEqual(['connecting', 'live']);
    },
  ],
  [
    'faults of the original',
    'messages that a dropped client did not acknowledge arrive again',
    async (chat) => {
      const { alice, bob } = await newClients(chat, ['alice', 'bob']);
      for (const text of ['one', 'two', 'three']) await alice.send('bob', text);
      const arrived = newSignal();
      const dropped = await overWebSocket({ url: chat.url, token: bob.token }, arrived.notify);
      await until(arrived, () => dropped.messages.length === 3);
      dropped.destroy();
      await dropped.ended;
      expect(await texts(bob.read(), 3)).toEqual(['one', 'two', 'three']);
    },
  ],
  [
    'faults of the original',
    'a deleted account can send nothing, over WebSocket or HTTP',
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

async function createThree(chat: Chat): Promise<void> {
  for (const username of ['bob', 'alison', 'alice']) await chat.create(username);
}

/** The usernames that match a term. */
async function list(chat: Chat | TestClient, matching?: string) {
  const { accounts } = await clientOf(chat).ask(AccountsMatching, { matching });
  return accounts.edges.map(({ node }) => node.username);
}

async function login({ anonymous }: Chat, username: string, password = PASSWORD) {
  return (await anonymous.ask(Login, { input: { username, password } })).login;
}

async function send(sender: TestClient, to: string, text: string) {
  const outcome = await sender.send(to, text);
  return outcome.sent ? 'sent' : outcome.code;
}

/** The texts shown so far, once there are `count`. */
async function texts(reading: Reading, count: number) {
  return (await reading.shown(count)).map(({ text }) => text);
}

const waiting = async (client: TestClient) => (await client.ask(Viewer, {})).mailbox?.pendingCount;

async function remove(who: Chat | TestClient, username: string, password = PASSWORD) {
  return (await clientOf(who).ask(DeleteAccount, { input: { username, password } })).deleteAccount;
}

/** The error code of an operation. */
const failure = (operation: Promise<unknown>) => operation.then(() => 'no failure', codeOf);

const clientOf = (who: Chat | TestClient) => ('anonymous' in who ? who.anonymous : who);
