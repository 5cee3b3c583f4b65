import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { type Chat, newChatWith } from '../../support/chat.ts';
import type { Person } from '../../support/person.ts';

const visit = browserForThisFile();

/** Lets somebody have written this many messages, without the way over the network. */
async function haveWritten({ app }: Chat, { token = '' }: Person, to: string, count: number): Promise<void> {
  const session = await app.sessions.withToken(token);
  if (!session) throw new Error('There is no such session.');
  const viewer = { account: session.account, sessionId: session.id };
  const texts = Array.from({ length: count }, (_, index) => `number ${index}${' and more'.repeat(index % 17)}`);
  await Promise.all(texts.map((text) => app.ports.messages.send(viewer, { to, text, clientMessageId: null })));
}

test('ten thousand messages are scrolled into the past without a jump, and few are in the document', async () => {
  const { chat, bob } = await newChatWith({ limits: { maxPendingMessages: 20_000 } }, 'bob');
  const alice = await visit(chat.url);
  await alice.create('alice');
  await haveWritten(chat, bob, 'alice', 10_000);
  await alice.page.reload();
  await alice.page.getByText('Connected').waitFor({ timeout: 30_000 });
  await alice.open('bob');
  await alice.message('number 9999').waitFor();
  const scroll = alice.page.getByRole('region', { name: 'Messages with bob' });

  // Where a message stands relative to the view, before and after older ones have come above it.
  const watch = `
    (async () => {
      const view = document.querySelector('.scroll');
      const frame = () => new Promise(requestAnimationFrame);
      let jumps = 0, longest = 0, most = 0, last = performance.now();
      for (let step = 0; step < 400 && view.scrollTop > 0; step += 1) {
        const before = [...view.querySelectorAll('.message')].map((each) => [each, each.getBoundingClientRect().top]);
        const from = view.scrollTop;
        view.scrollTop -= 500;
        await frame(); await frame();
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        most = Math.max(most, before.length);
        const moved = before.filter(([each]) => each.isConnected).map(([each, top]) => each.getBoundingClientRect().top - top);
        // All that stay move together, by what was scrolled and no more.
        if (moved.some((distance) => Math.abs(distance - moved[0]) > 1 || distance > 520)) jumps += 1;
      }
      return { jumps, longest, most };
    })()
  `;
  const { jumps, longest, most } = (await scroll.evaluate(watch)) as Record<string, number>;
  expect(jumps).toBe(0);
  expect(most).toBeLessThan(100);
  // Generous: what is shown in a few milliseconds on a free machine takes longer between other tests.
  expect(longest).toBeLessThan(1_000);

  await alice.page.getByRole('button', { name: /newest message|new$/ }).click();
  await alice.message('number 9999').waitFor();
  await bob.send('alice', 'and one more');
  await alice.message('and one more').waitFor();
});
