import { expect, test } from 'vitest';
import type { ShownMessage } from '../../../client/core/documents/message.ts';
import { codeOf } from '../../../client/core/errors.ts';
import { type LogInOptions, logIn } from '../../../client/core/log-in.ts';
import type { ReceiptUpdate } from '../../../client/core/receipts.ts';
import { openSession } from '../../../client/core/session.ts';
import { type Chat, newChat, PASSWORD } from '../../support/chat.ts';
import { newSignal, until } from '../../support/wait.ts';

/** Collects what a session reports. */
function collector() {
  const messages: string[] = [];
  const elsewhere: string[] = [];
  const updates: ReceiptUpdate[] = [];
  const changed = newSignal();
  const into = (texts: string[]) => (message: ShownMessage) => {
    texts.push(message.text);
    changed.notify();
  };
  return {
    messages,
    elsewhere,
    updates,
    handlers: {
      onMessage: into(messages),
      onSentElsewhere: into(elsewhere),
      onReceiptUpdate(update: ReceiptUpdate) {
        updates.push(update);
        changed.notify();
      },
    },
    until: (holds: () => boolean) => until(changed, holds),
  };
}

const logInAs = (chat: Chat, username: string, options: Partial<LogInOptions> = {}) =>
  logIn({ url: chat.url, username, password: PASSWORD, ifOnline: 'JOIN', ...options });

test('logIn receives messages and sent messages, and reports receipts', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const seen = collector();
  const session = await logInAs(chat, 'alice', seen.handlers);
  await bob.send('alice', 'hello');
  await alice.send('bob', 'from elsewhere');
  await session.send('bob', 'from here');
  await bob.read().shown(2);
  await seen.until(() => seen.updates.length > 0);
  await seen.until(() => seen.messages.length > 0 && seen.elsewhere.length > 0);
  expect(seen).toMatchObject({ messages: ['hello'], elsewhere: ['from elsewhere'] });
  expect(seen.updates[0]?.delivered).toEqual({ count: 1, text: 'from here' });
  session.close();
});

test('logIn throws the code of a refused login', async () => {
  const { chat } = await newChat('alice');
  const error = await logInAs(chat, 'alice', { password: 'wrong' }).catch((reason) => reason);
  expect(codeOf(error)).toBe('InvalidCredentialsError');
});

test('a session continues at its resume point after a pause', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const seen = collector();
  const session = await logInAs(chat, 'alice', seen.handlers);
  await bob.send('alice', 'one');
  await seen.until(() => seen.messages.length === 1);
  await session.pause();
  await bob.send('alice', 'two');
  expect(seen.messages).toEqual(['one']);
  session.listen(session.resumePoint ?? expect.fail('The session has not listened.'));
  await seen.until(() => seen.messages.length === 2);
  expect(seen.messages).toEqual(['one', 'two']);
  session.close();
});

test('a resume point keeps held-back messages for deliver in the next session', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  for (const text of ['one', 'two', 'three']) await bob.send('alice', text);
  const seen = collector();
  const first = await logInAs(chat, 'alice', { ...seen.handlers, first: 1 });
  await seen.until(() => seen.messages.length === 1);
  await first.pause();
  const { resumePoint } = first;
  first.close();
  const second = openSession({ url: chat.url, token: first.token, ...seen.handlers });
  const inbox = second.listen(resumePoint ?? expect.fail('The session has not listened.'));
  expect(inbox.waiting).toBe(2);
  await inbox.caughtUp();
  expect(seen.messages).toEqual(['one']);
  inbox.deliver(2);
  await seen.until(() => seen.messages.length === 3);
  expect(seen.messages).toEqual(['one', 'two', 'three']);
  await second.settled();
  expect(second.resumePoint).toMatchObject({ pendingCount: 0 });
  second.close();
  alice.close();
});

test('a closed session refuses to send, and receives nothing', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const seen = collector();
  const session = await logInAs(chat, 'alice', seen.handlers);
  session.close();
  await expect(session.send('bob', 'too late')).rejects.toThrow('The connection is closed.');
  await bob.send('alice', 'hello');
  await session.settled();
  expect(seen.messages).toEqual([]);
});
