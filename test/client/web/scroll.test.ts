import { expect, test } from 'vitest';
import { browserForThisFile } from '../../support/browser.ts';
import { newChatWith } from '../../support/chat.ts';
import { storeMessages } from '../../support/stored-messages.ts';

const visit = browserForThisFile();

test('ten thousand messages scroll without a jump, with few in the document', async () => {
  const { chat, bob } = await newChatWith({ limits: { maxPendingMessages: 20_000 } }, 'bob');
  const alice = await visit(chat.url, { as: 'alice' });
  const text = (index: number) => `number ${index}${' and more'.repeat(index % 17)}`;
  await storeMessages(
    chat,
    bob,
    'alice',
    Array.from({ length: 10_000 }, (_, index) => text(index)),
  );
  await alice.page.reload();
  await alice.page.getByText('Connected').waitFor({ timeout: 30_000 });
  await alice.open('bob');
  // All of them are unread, so a hundred pages load.
  await alice.message('number 0').waitFor({ timeout: 30_000 });
  await alice.settled();
  await alice.page.getByRole('button', { name: /new$/ }).click();
  await alice.message('number 9999').waitFor();
  await alice.settled();
  const scroll = alice.page.getByRole('region', { name: 'Messages with bob' });

  // Visible messages move by the scrolled distance only, whatever is inserted above them.
  const watch = `
    (async () => {
      const view = document.querySelector('.timeline-scroll');
      const { top, bottom } = view.getBoundingClientRect();
      const frame = () => new Promise(requestAnimationFrame);
      const jumps = [];
      let most = 0;
      for (let step = 0; step < 100; step += 1) {
        while (view.scrollTop < 400) await frame();
        const messages = [...view.querySelectorAll('.message')];
        const inSight = messages.map((each) => [each, each.getBoundingClientRect()])
          .filter(([, place]) => place.top >= top && place.bottom <= bottom);
        view.scrollTop -= 400;
        await frame();
        await frame();
        most = Math.max(most, messages.length);
        for (const [each, place] of inSight) {
          const moved = each.getBoundingClientRect().top - place.top;
          if (each.isConnected && Math.abs(moved - 400) > 2) jumps.push(Math.round(moved));
        }
      }
      return { jumps, most, nodes: document.querySelectorAll('*').length };
    })()
  `;
  const { jumps, most, nodes } = (await scroll.evaluate(watch)) as {
    jumps: number[];
    most: number;
    nodes: number;
  };
  expect(jumps).toEqual([]);
  // The cost of a frame depends on what is in the document, not on the length of the conversation.
  expect(most).toBeLessThan(100);
  expect(nodes).toBeLessThan(2_000);

  await alice.page.getByRole('button', { name: /newest message|new$/ }).click();
  await alice.message('number 9999').waitFor();
  await bob.send('alice', 'and one more');
  await alice.message('and one more').waitFor();
});
