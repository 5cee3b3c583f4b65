import { expect, test } from 'vitest';
import { codes, overHttp, overSocket } from '../../support/ask.ts';
import { newChat } from '../../support/chat.ts';

const HUGE = '9'.repeat(7_000);
const NEVER_CURSORS = [
  '',
  ' ',
  '-1',
  '+1',
  '01',
  '1.5',
  '1e3',
  '0x1',
  '1\0',
  '\0',
  '\ud800',
  '١',
  HUGE,
];
/** What is no cursor of a list that is ordered by position. */
const neverPositions = (list: string, otherList: string) => [
  ...NEVER_CURSORS,
  ...NEVER_CURSORS.map((cursor) => `${list}:${cursor}`),
  `${list}:2147483648`,
  `${list}:9999999999`,
  `${otherList}:1`,
  '1',
  'alice',
  '018f0000-0000-7000-8000-000000000000',
];
const NEVER_USERNAMES = [
  ...NEVER_CURSORS.filter((cursor) => !/^[0-9a-z]/.test(cursor) || cursor === '1\0'),
  'Alice',
  HUGE,
];
const NEVER_IDS = [...NEVER_CURSORS, '1', 'alice', '018F0000-0000-7000-8000-000000000000'];

const LISTS: readonly [string, string, readonly string[]][] = [
  [
    'pendingMessages',
    'pendingMessages(after: $cursor) { edges { cursor } }',
    neverPositions('mailbox', 'conversation'),
  ],
  [
    'messages after',
    'conversation(with: "bob") { messages(after: $cursor) { edges { cursor } } }',
    neverPositions('conversation', 'mailbox'),
  ],
  [
    'messages before',
    'conversation(with: "bob") { messages(last: 2, before: $cursor) { edges { cursor } } }',
    neverPositions('conversation', 'mailbox'),
  ],
  ['conversations', 'conversations(after: $cursor) { edges { cursor } }', NEVER_IDS],
  ['accounts', 'accounts(after: $cursor) { edges { cursor } }', NEVER_USERNAMES],
  [
    'messages matching',
    'messages(matching: "hello", after: $cursor) { edges { cursor } }',
    neverPositions('search', 'mailbox'),
  ],
  [
    'blockedAccounts',
    'blockedAccounts(after: $cursor) { edges { cursor } }',
    [...NEVER_IDS, '018f0000-0000-7000-8000-000000000000', 'block:', 'block:alice', 'block:1'],
  ],
];

test.for(LISTS)('%s refuses a cursor of another list', async ([, field, cursors]) => {
  const { chat, alice } = await newChat('alice', 'bob');
  await alice.send('bob', 'hello');
  const query = `query ($cursor: String) { ${field} }`;
  const ask = (cursor: string | null) =>
    overHttp({ url: chat.url, query, variables: { cursor }, token: alice.token });
  expect((await ask(null)).errors).toBeUndefined();
  const answers = await Promise.all(cursors.map(ask));
  expect(answers.map(codes)).toEqual(cursors.map(() => ['BAD_USER_INPUT']));
});

test('the largest position is a valid cursor that nothing follows', async () => {
  const { chat, alice } = await newChat('alice');
  const query = '{ pendingMessages(after: "mailbox:2147483647") { edges { cursor } } }';
  expect(await overHttp({ url: chat.url, query, token: alice.token })).toEqual({
    data: { pendingMessages: { edges: [] } },
  });
});

test.for(['2147483648', '-2147483649', '1e300'])(
  'a position of %s is refused everywhere',
  async (position) => {
    const { chat, alice } = await newChat('alice');
    const operations = [
      `subscription { messageReceived(after: ${position}) { id } }`,
      `subscription { messageSent(after: ${position}) { id } }`,
      `mutation { acknowledgeMessages(input: { through: ${position} }) { __typename } }`,
    ];
    for (const query of operations) {
      expect(codes(await overSocket({ url: chat.url, query, token: alice.token }))).toEqual([
        'BAD_USER_INPUT',
      ]);
    }
  },
);

/** Texts from outside that one engine could take in another way than the other. */
const TEXTS = [
  '\0',
  'bob\0',
  '\0bob',
  '%',
  '_ob',
  'b%',
  '\\',
  "'",
  '"',
  '\ud800',
  'bob\udfff',
  '\uffff',
  'é'.repeat(3_000),
];

test.for(['\0', 'b\0', '\0b', '%', '_', '\\', '\ud800', '\ufffd', '"', "'"])(
  'accounts matching %j finds no account',
  async (matching) => {
    const { chat } = await newChat('alice', 'bob');
    const query =
      'query ($matching: String) { accounts(matching: $matching) { edges { node { username } } } }';
    expect(await overHttp({ url: chat.url, query, variables: { matching } })).toEqual({
      data: { accounts: { edges: [] } },
    });
  },
);

test('an unknown name or id is a plain error, whatever it contains', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  await alice.send('bob', 'hello');
  const ask = (query: string, text: string) =>
    overHttp({ url: chat.url, query, variables: { text }, token: alice.token });
  const send =
    'mutation ($text: String!) { sendMessage(input: { to: $text, text: "hello" }) { __typename } }';
  const read =
    'mutation ($text: ID!) { markRead(input: { with: "bob", through: $text }) { __typename } }';
  const readWith =
    'mutation ($text: String!) { markRead(input: { with: $text, through: "1" }) { __typename } }';
  const conversation = 'query ($text: String!) { conversation(with: $text) { id } }';
  const account = 'query ($text: String!) { account(username: $text) { id } }';
  const node = 'query ($text: ID!) { node(id: $text) { id } }';
  const login =
    'mutation ($text: String!) { login(input: { username: $text, password: $text }) { __typename } }';
  for (const text of TEXTS) {
    expect(await ask(send, text)).toEqual({
      data: { sendMessage: { __typename: 'AccountNotFoundError' } },
    });
    expect(await ask(read, text)).toEqual({
      data: { markRead: { __typename: 'MessageNotFoundError' } },
    });
    expect(await ask(readWith, text)).toEqual({
      data: { markRead: { __typename: 'AccountNotFoundError' } },
    });
    expect(await ask(conversation, text)).toEqual({ data: { conversation: null } });
    expect(await ask(account, text)).toEqual({ data: { account: null } });
    expect(await ask(node, text)).toEqual({ data: { node: null } });
    expect((await ask(login, text)).data).toEqual({
      login: { __typename: expect.stringMatching(/Error$/) },
    });
  }
  const ids = TEXTS.filter((text) => !/[a-z%_\\'"]/.test(text));
  const withId =
    'mutation ($text: ID!) { sendMessage(input: { to: "bob", text: "hello", clientMessageId: $text }) { __typename } }';
  for (const id of ids) expect(codes(await ask(withId, id))).not.toContain('INTERNAL');
});

test('presenceChanged ignores impossible usernames', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const query = 'subscription ($of: [String!]!) { presenceChanged(of: $of) { username } }';
  const variables = { of: [...TEXTS, 'bob'] };
  expect(await overSocket({ url: chat.url, query, variables, token: alice.token })).toEqual({
    data: { presenceChanged: { username: 'bob' } },
  });
});
