import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { overHttp } from '../../support/ask.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import type { TestClient } from '../../support/test-client.ts';

/** The ids of everything that Alice and Bob have, as Alice sees it. */
async function thingsOf(alice: TestClient) {
  const { viewer, mailbox, conversation } = await ask(
    alice,
    `{
      viewer { id }
      mailbox { id }
      conversation(with: "bob") { id messages { edges { node { id } } } }
    }`,
  );
  const message = conversation.messages.edges[0].node;
  return {
    Account: viewer.id,
    Mailbox: mailbox.id,
    Conversation: conversation.id,
    Message: message.id,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the answer to a document that is only a text here
async function ask({ url, token }: TestClient, query: string, variables = {}): Promise<any> {
  const { data, errors } = await overHttp({ url, query, variables, token });
  if (errors) throw new Error(errors[0]?.message);
  return data;
}

const nodeOf = async (client: TestClient, id: string) =>
  (await ask(client, 'query ($id: ID!) { node(id: $id) { __typename id } }', { id })).node;

test('node finds each thing of the viewer by its id', async () => {
  const { alice } = await newChat('alice', 'bob');
  await alice.send('bob', 'hello');
  for (const [type, id] of Object.entries(await thingsOf(alice)))
    expect(await nodeOf(alice, id)).toEqual({ __typename: type, id });
});

test('node is null for what belongs to others, except for accounts', async () => {
  const { chat, alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  await alice.send('bob', 'hello');
  const { Account, Message, Conversation, Mailbox } = await thingsOf(alice);
  for (const client of [bob, carol, chat.anonymous]) {
    expect(await nodeOf(client, Account)).toEqual({ __typename: 'Account', id: Account });
    for (const id of [Conversation, Mailbox]) expect(await nodeOf(client, id)).toBeNull();
  }
  expect(await nodeOf(bob, Message)).toEqual({ __typename: 'Message', id: Message });
  expect(await nodeOf(carol, Message)).toBeNull();
  expect(await nodeOf(chat.anonymous, Message)).toBeNull();
});

test('node hides a deleted account and the messages of its mailbox', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  await alice.send('bob', 'hello');
  const { Message, Conversation } = await thingsOf(alice);
  const { id } = (await ask(bob, '{ viewer { id } }')).viewer;
  await bob.send('alice', 'goodbye');
  await bob.ask(DeleteAccount, { input: { username: 'bob', password: PASSWORD } });
  expect(await nodeOf(alice, id)).toBeNull();
  expect(await nodeOf(alice, Message)).toBeNull();
  expect(await nodeOf(alice, Conversation)).toEqual({
    __typename: 'Conversation',
    id: Conversation,
  });
});

test('node with a token that has ended says so, except for accounts', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  await alice.send('bob', 'hello');
  const { Account, Mailbox } = await thingsOf(alice);
  const query = 'query ($id: ID!) { node(id: $id) { id } }';
  const asked = (id: string) =>
    overHttp({ url: chat.url, query, variables: { id }, token: 'no-longer-good' });
  expect(await asked(Account)).toEqual({ data: { node: { id: Account } } });
  expect(await asked(Mailbox)).toMatchObject({
    data: { node: null },
    errors: [{ extensions: { code: 'SESSION_ENDED' } }],
  });
});

test('account finds exactly the one with this username, however it is typed', async () => {
  const { alice } = await newChat('alice', 'ali');
  const query = 'query ($username: String!) { account(username: $username) { username } }';
  const named = async (username: string) => (await ask(alice, query, { username })).account;
  expect(await named(' ALI ')).toEqual({ username: 'ali' });
  expect(await named('al')).toBeNull();
  expect(await named('al*')).toBeNull();
});

test("an account's mailbox is there for its owner alone", async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  await alice.send('bob', 'hello');
  const query = '{ accounts { edges { node { username mailbox { pendingCount sentThrough } } } } }';
  expect((await ask(bob, query)).accounts.edges).toEqual([
    { node: { username: 'alice', mailbox: null } },
    { node: { username: 'bob', mailbox: { pendingCount: 1, sentThrough: 0 } } },
  ]);
});
