import { expect, test } from 'vitest';
import { newChat } from '../../support/chat.ts';

/** Several transactions. */
const MESSAGES = 3_000;

test('a server that stops stores the sends of clients that have gone', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const { sessions, ports } = chat.app;
  const session = await sessions.withToken(alice.token ?? '');
  if (!session) throw new Error('Alice is not logged in.');
  const viewer = { account: session.account, sessionId: session.id };
  const sends = Array.from({ length: MESSAGES }, (_, number) =>
    ports.messages.send(viewer, { to: 'bob', text: `${number}`, clientMessageId: null }),
  );
  const results = Promise.allSettled(sends);
  await chat.app[Symbol.asyncDispose]();
  expect((await results).filter(({ status }) => status === 'rejected')).toEqual([]);
});
