import { expect, onTestFinished, test, vi } from 'vitest';
import { Logout } from '../../../client/core/documents/session.ts';
import type { Outcome } from '../../../client/core/outbox.ts';
import { newChat, newChatWith } from '../../support/chat.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { testClientAt } from '../../support/test-client.ts';

test('messages arrive in the order in which they were sent', async () => {
  const { alice, bob } = await newChat('alice', 'bob');
  const { shown } = bob.read();
  const written = Array.from({ length: 30 }, (_, index) => `number ${index}`);
  await Promise.all(written.map((text) => alice.send('bob', text)));
  expect((await shown(30)).map(({ text }) => text)).toEqual(written);
});

test('a send whose answer is lost is repeated and stored once', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const proxy = await newFlakyProxy(chat.url);
  const away = testClientAt(proxy.url, alice.token);
  const { shown } = bob.read();
  expect(await away.send('bob', 'one')).toMatchObject({ sent: true });
  proxy.dropResponses();
  const sent = away.send('bob', 'two');
  const [, stored] = await shown(2);
  proxy.cut();
  proxy.restore();
  expect(await sent).toMatchObject({ sent: true, message: { id: stored?.id } });
  await away.send('bob', 'three');
  expect((await shown(3)).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  away.close();
});

test('a refused send reports the reason, and the next goes out', async () => {
  const { alice } = await newChat('alice', 'bob');
  const [refused, sent] = await Promise.all([
    alice.send('nobody', 'one'),
    alice.send('bob', 'two'),
  ]);
  expect(refused).toMatchObject({ sent: false, code: 'AccountNotFoundError' });
  expect(sent).toMatchObject({ sent: true });
});

test('a rate-limited send goes out when the limit allows', async () => {
  const limits = { maxSendsPerMinute: 1 };
  // Read again each time, since the clock is replaced below.
  const { alice } = await newChatWith({ limits, clock: () => Date.now() }, 'alice', 'bob');
  await alice.send('bob', 'one');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  let outcome: Outcome | undefined;
  alice.send('bob', 'two').then((answer) => {
    outcome = answer;
  });
  const start = Date.now();
  while (!outcome) {
    vi.advanceTimersByTime(1_000);
    await new Promise(setImmediate);
  }
  expect(outcome).toMatchObject({ sent: true });
  expect(Date.now() - start).toBeGreaterThan(50_000);
});

test('a send fails when the session has ended', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const elsewhere = testClientAt(chat.url, alice.token);
  const ended = alice.becomes('ended');
  await elsewhere.ask(Logout, {}, { once: true });
  await ended;
  await expect(alice.send('bob', 'too late')).rejects.toThrow();
  elsewhere.close();
});
