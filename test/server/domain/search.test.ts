import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { MessagesMatching } from '../../../client/core/documents/search.ts';
import { idsOf } from '../../../server/store/account.ts';
import { SEGMENT } from '../../../server/store/search-entry.ts';
import { codes, overHttp } from '../../support/ask.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { storeMessages } from '../../support/mailbox.ts';
import type { TestClient } from '../../support/test-client.ts';

async function search(client: TestClient, matching: string, first?: number, after?: string) {
  const { messages } = await client.ask(MessagesMatching, {
    matching,
    first: first ?? null,
    after: after ?? null,
  });
  const texts = messages?.edges.map(({ node }) => node.text) ?? [];
  return { texts, ...messages?.pageInfo };
}

const textsOf = async (client: TestClient, matching: string) =>
  (await search(client, matching)).texts;

test('messages finds what the viewer sent and received, newest first', async () => {
  const { alice, bob, carol } = await newChat('alice', 'bob', 'carol');
  await alice.send('bob', 'apples and pears');
  await bob.send('alice', 'Apples only');
  await alice.send('alice', 'buy apples');
  await carol.send('bob', 'apples for Bob');
  expect(await textsOf(alice, 'apples')).toEqual(['buy apples', 'Apples only', 'apples and pears']);
  expect(await textsOf(bob, 'apples')).toEqual([
    'apples for Bob',
    'Apples only',
    'apples and pears',
  ]);
  expect(await textsOf(carol, 'apples')).toEqual(['apples for Bob']);
});

test.for<[matching: string, found: readonly string[]]>([
  ['ZUR', ['Der Weg zur Straße']],
  ['strasse we', ['Der Weg zur Straße']],
  ['straße', ['Der Weg zur Straße']],
  ['cafe', ['Un café, s’il vous plaît']],
  ['plait CAFÉ', ['Un café, s’il vous plaît']],
  ['京都', ['京都タワー']],
  ['タワー 京', ['京都タワー', '東京タワー']],
  ['привет', ['Привет, мир']],
  ['100', ['100% sure: "yes" AND NOT no*']],
  ['and not', ['100% sure: "yes" AND NOT no*']],
  ['" OR *', []],
  ["'yes':* | sure", ['100% sure: "yes" AND NOT no*']],
  ['afé', []],
  ['', []],
  ['?!', []],
  ['\0', []],
  ['nothing', []],
])('a search for %s', async ([matching, found]) => {
  const { alice } = await newChat('alice');
  for (const text of [
    'Der Weg zur Straße',
    'Un café, s’il vous plaît',
    '東京タワー',
    '京都タワー',
    'Привет, мир',
    '100% sure: "yes" AND NOT no*',
    '🙂',
  ])
    await alice.send('alice', text);
  expect(await textsOf(alice, matching)).toEqual(found);
});

test('a search finds each message right after it was sent', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  for (let count = 1; count <= 5; count += 1) {
    await alice.send('bob', `word${count}`);
    for (const client of [bob, alice]) {
      expect(await textsOf(client, `word${count}`)).toEqual([`word${count}`]);
      expect(await textsOf(client, 'word')).toHaveLength(count);
    }
  }
});

test('concurrent searches and sends index each message once', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  let isSending = true;
  const searching = [alice, alice, bob].map(async (client) => {
    while (isSending) {
      const { texts } = await search(client, 'hello', 100);
      expect(new Set(texts).size, texts.join('\n')).toBe(texts.length);
    }
  });
  const sends = Array.from({ length: 60 }, (_, index) =>
    (index % 2 ? alice : bob).send(index % 2 ? 'bob' : 'alice', `hello ${index}`),
  );
  await Promise.all(sends);
  isSending = false;
  await Promise.all(searching);
  for (const client of [alice, bob])
    expect(new Set((await search(client, 'hello', 100)).texts).size).toBe(60);
});

test('messages are paged with cursors of their own, while others arrive', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  for (let count = 1; count <= 5; count += 1) await alice.send('bob', `hello ${count}`);
  const first = await search(bob, 'hello', 2);
  expect(first).toMatchObject({ texts: ['hello 5', 'hello 4'], hasNextPage: true });
  await alice.send('bob', 'hello 6');
  const second = await search(bob, 'hello', 2, first.endCursor ?? '');
  expect(second).toMatchObject({ texts: ['hello 3', 'hello 2'], hasNextPage: true });
  const third = await search(bob, 'hello', 2, second.endCursor ?? '');
  expect(third).toMatchObject({ texts: ['hello 1'], hasNextPage: false });
  expect((await search(bob, 'hello', 0)).texts).toEqual([]);
  for (const after of ['mailbox:1', 'search:99999999999', 'search:', 'search:-1']) {
    const query = `{ messages(matching: "hello", after: "${after}") { edges { cursor } } }`;
    expect(codes(await overHttp({ url: chat.url, query, token: bob.token }))).toEqual([
      'BAD_USER_INPUT',
    ]);
  }
});

test('a search needs a login and has at most 256 characters', async () => {
  const { chat, alice } = await newChat('alice');
  const query = 'query ($matching: String!) { messages(matching: $matching) { edges { cursor } } }';
  const ask = async (matching: string, token?: string) =>
    codes(await overHttp({ url: chat.url, query, variables: { matching }, token }));
  expect(await ask('hello')).toEqual(['UNAUTHENTICATED']);
  expect(await ask('x'.repeat(257), alice.token)).toEqual(['BAD_USER_INPUT']);
  expect(await ask('x '.repeat(128), alice.token)).toEqual([]);
  expect(await ask('東京都新宿区西'.repeat(36), alice.token)).toEqual([]);
});

test('a deleted recipient takes its messages out of the search, a sender does not', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await alice.send('bob', 'to Bob');
  await bob.send('alice', 'from Bob');
  for (const client of [alice, bob]) expect(await textsOf(client, 'bob')).toHaveLength(2);
  await bob.ask(DeleteAccount, { input: { username: 'bob', password: PASSWORD } });
  expect(await textsOf(alice, 'bob')).toEqual(['from Bob']);
  await chat.app.removal.run();
  expect(await textsOf(alice, 'bob')).toEqual(['from Bob']);
  const { db } = chat.app.store;
  expect(await db.selectFrom('searchEntry').selectAll().execute()).toHaveLength(1);
  expect(await db.selectFrom('searchLog').selectAll().execute()).toHaveLength(1);
  await chat.create('bob');
  expect(await textsOf(await chat.login('bob'), 'bob')).toEqual([]);
});

test('a search goes on over several parts of the index', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const { store } = chat.app.services;
  const [senderId = ''] = await idsOf(store.db, ['alice']);
  const texts = ['needle 1', ...Array(SEGMENT + 500).fill('hello'), 'needle 2'];
  await storeMessages(store, { senderId, to: 'bob', texts });
  let answers = 0;
  let isSearching = true;
  const searching = textsOf(bob, 'needle').finally(() => {
    isSearching = false;
  });
  while (isSearching) {
    await overHttp({ url: chat.url, query: '{ server { version } }' });
    answers += 1;
  }
  expect(await searching).toEqual(['needle 2', 'needle 1']);
  // Without turns there is one, or none.
  expect(answers).toBeGreaterThan(10);
  const first = await search(bob, 'needle', 1);
  expect(await search(bob, 'needle', 1, first.endCursor ?? '')).toMatchObject({
    texts: ['needle 1'],
    hasNextPage: false,
  });
});
