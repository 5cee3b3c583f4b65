import { print } from 'graphql';
import { expect, test } from 'vitest';
import { overHttp } from '../support/ask.ts';
import { newChat } from '../support/chat.ts';
import { documentNamed } from './documents.ts';
import { networkAt } from './network.ts';
import { withRelay } from './relay.ts';

test('a connection of Relay gathers the pages of a conversation', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  for (let count = 0; count < 30; count += 1) await alice.send('bob', `${count}`);
  const { url, token = '' } = alice;
  const all = print(documentNamed('Thread')).replace('last: 20', 'last: 50');
  const { data } = await overHttp({ url, token, query: all, variables: { with: 'bob' } });
  const conversation = Object(data?.conversation);
  const { edges } = conversation.messages;

  const client = await withRelay(networkAt(chat.url, token));
  const shown = await client.watch('Thread', { with: 'bob' });
  expect(shown()).toMatchObject({ conversation: { messages: { edges: edges.slice(-20) } } });
  await client.watch('EarlierMessages', {
    conversation: conversation.id,
    before: edges.at(-20).cursor,
  });
  expect(shown()).toMatchObject({ conversation });
});
