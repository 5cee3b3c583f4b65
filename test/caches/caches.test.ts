import { print } from 'graphql';
import { expect, onTestFinished, test, vi } from 'vitest';
import { AccountNotFoundError } from '../../schema/errors.ts';
import { overHttp } from '../support/ask.ts';
import { newChat } from '../support/chat.ts';
import { withApollo } from './apollo.ts';
import type { CachingClient } from './caching-client.ts';
import { documentNamed } from './documents.ts';
import { withGraphcache } from './graphcache.ts';
import { type Network, networkAt } from './network.ts';
import { withRelay } from './relay.ts';

type Connect = (network: Network) => Promise<CachingClient>;

test.for<[library: string, connect: Connect]>([
  ['Apollo Client', withApollo],
  ['Graphcache', withGraphcache],
  ['Relay', withRelay],
])('the cache of %s shows what the server says after each event', async ([, connect]) => {
  const warnings = recordWarnings();
  const { chat } = await newChat();
  for (const username of ['alice', 'bob', 'carol']) await chat.create(username);
  const open = async (username: string, counterpart: string) => {
    const { token = '' } = await chat.login(username);
    return openScreen({ connect, url: chat.url, token, counterpart });
  };
  const alice = await open('alice', 'bob');
  await alice.isCurrent();
  const bob = await open('bob', 'alice');
  const areCurrent = async () => {
    await alice.isCurrent();
    await bob.isCurrent();
  };
  // Alice has seen that Bob is online.
  await areCurrent();

  const hello = await alice.send('bob', 'hello');
  await areCurrent();
  await alice.send('carol', 'hello');
  await areCurrent();
  await alice.send('bob', 'are you there?');
  await areCurrent();
  await bob.mutate('AcknowledgeMessages', { through: 2 });
  await areCurrent();
  await bob.mutate('MarkRead', { with: 'alice', through: hello });
  await areCurrent();
  const yes = await bob.send('alice', 'yes');
  await areCurrent();
  await alice.mutate('AcknowledgeMessages', { through: 1 });
  await areCurrent();
  await alice.mutate('MarkRead', { with: 'bob', through: yes });
  await areCurrent();
  for (const typing of [true, false]) {
    await bob.mutate('SetTyping', { with: 'alice', typing });
    await alice.isCurrent();
  }
  await alice.mutate('BlockAccount', { account: 'bob' });
  await alice.isCurrent();
  await bob.logOut();
  await alice.isCurrent();

  expect(await alice.mutate('SendMessage', { to: 'nobody', text: 'hello' })).toMatchObject({
    sendMessage: {
      __typename: 'AccountNotFoundError',
      message: new AccountNotFoundError().message,
    },
  });
  await alice.isCurrent();

  expect(alice.queries()).toEqual(['Conversations', 'Thread', 'Mailbox']);
  expect(bob.queries()).toEqual(['Conversations', 'Thread', 'Mailbox']);
  expect(warnings()).toEqual([]);
});

interface Session {
  readonly connect: Connect;
  readonly url: string;
  readonly token: string;
  readonly counterpart: string;
}

/** What an account would look at, with all events that can change it. */
async function openScreen({ connect, url, token, counterpart }: Session) {
  const network = networkAt(url, token);
  const client = await connect(network);
  const queries = [
    { name: 'Conversations', variables: {} },
    { name: 'Thread', variables: { with: counterpart } },
    { name: 'Mailbox', variables: {} },
  ];
  const shown: (() => unknown)[] = [];
  for (const { name, variables } of queries) shown.push(await client.watch(name, variables));
  client.follow('MessageReceived');
  client.follow('ReceiptReceived');
  client.follow('PresenceChanged', { of: [counterpart] });

  const fresh = (query: string, variables = {}) => overHttp({ url, token, query, variables });
  const { data } = await fresh(`{ conversation(with: "${counterpart}") { id } }`);
  const { conversation } = data as { conversation: { id: string } };
  client.follow('TypingChanged', { in: [conversation.id] });
  return {
    mutate: client.mutate,
    async send(to: string, text: string): Promise<string> {
      const data = await client.mutate('SendMessage', { to, text });
      return (data as { sendMessage: { sentMessage: { id: string } } }).sendMessage.sentMessage.id;
    },
    logOut: () => fresh('mutation { logout { __typename } }'),
    /** Resolves when the cache shows what the server answers to the same queries. */
    async isCurrent() {
      const answers = await Promise.all(
        queries.map(({ name, variables }) => fresh(print(documentNamed(name)), variables)),
      );
      await expect
        .poll(() => shown.map((read) => read()))
        // A library may show more than was asked for, such as the type of everything.
        .toMatchObject(answers.map(({ data }) => data));
    },
    /** The queries that went to the server. */
    queries: () => network.asked.filter((asked) => queries.some(({ name }) => name === asked)),
  };
}

/** Records what the libraries write to the console. */
function recordWarnings(): () => unknown[] {
  const outputs = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
  onTestFinished(() => {
    for (const output of outputs) output.mockRestore();
  });
  return () => outputs.flatMap(({ mock }) => mock.calls);
}
