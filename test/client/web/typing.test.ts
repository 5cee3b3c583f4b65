import { expect, test } from 'vitest';
import { Counterpart } from '../../../client/core/documents/conversation.ts';
import { SetTyping, TypingChanged } from '../../../client/core/documents/typing.ts';
import { browserForThisFile } from '../../support/browser.ts';
import { newChat, newChatWith } from '../../support/chat.ts';
import type { TestClient } from '../../support/test-client.ts';

const visit = browserForThisFile();

const setTyping = (client: TestClient, other: string, typing: boolean) =>
  client.ask(SetTyping, { input: { with: other, typing } });

/** Returns whether another account types to this one, at each call once it has changed. */
async function watched(client: TestClient, other: string): Promise<() => Promise<boolean>> {
  const { conversation } = await client.ask(Counterpart, { with: other });
  const { next } = client.watch(TypingChanged, { in: [conversation?.id ?? ''] });
  return async () => (await next()).typingChanged.typing;
}

test('the conversation and the list show who is typing, until the message arrives', async () => {
  const { chat, bob, carol } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  for (const each of [bob, carol]) await each.send('alice', `Hello from ${each.username}`);
  await alice.open('bob');
  const header = alice.page.locator('.conversation-header');
  await header.getByText('Online').waitFor();

  // Carol wrote after the page had read the list, so the page asks for it again.
  await alice.page.reload();
  await header.getByText('Online').waitFor();
  await setTyping(bob, 'alice', true);
  await setTyping(carol, 'alice', true);
  await header.getByText('bob is typing…').waitFor();
  await alice.person('carol').getByText('Typing…').waitFor();
  expect(await header.locator('[aria-live], [role=status]').count()).toBe(0);
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 1280],
    ['light', 320],
    ['dark', 320],
  ] as const) {
    await alice.page.emulateMedia({ colorScheme });
    await alice.page.setViewportSize({ width, height: 640 });
    await setTyping(bob, 'alice', true);
    await setTyping(carol, 'alice', true);
    await alice.screenshot(`typing-${colorScheme}-${width}`);
  }
  await alice.page.setViewportSize({ width: 1280, height: 800 });
  await setTyping(carol, 'alice', false);
  await alice.person('carol').getByText('Hello from carol').waitFor();

  // This client says nothing at the end.
  await setTyping(bob, 'alice', true);
  await header.getByText('bob is typing…').waitFor();
  await bob.send('alice', 'Here it is');
  await header.getByText('Online').waitFor();
});

test('dots move beside who is typing, but not for those who prefer reduced motion', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  await setTyping(bob, 'alice', true);
  const dots = alice.page.locator('.conversation-typing svg');
  await dots.waitFor();
  await alice.page.emulateMedia({ reducedMotion: 'reduce' });
  await setTyping(bob, 'alice', true);
  await alice.page.getByText('bob is typing…').waitFor();
  expect(await dots.isVisible()).toBe(false);
});

test('a page announces typing, and its end when the text is emptied, sent or left', async () => {
  const { chat, bob } = await newChat('bob', 'carol');
  const alice = await visit(chat.url, { as: 'alice' });
  const next = await watched(bob, 'alice');
  const { page, composer } = alice;
  await page.getByText('Connected').waitFor();
  await alice.open('bob');
  await composer.pressSequentially('Hm');
  expect(await next()).toBe(true);
  await composer.fill('');
  expect(await next()).toBe(false);

  /** Types until it is announced, which is at most every three seconds. */
  async function type(): Promise<void> {
    let announced = false;
    const seen = next().then((typing) => {
      expect(typing).toBe(true);
      announced = true;
    });
    while (!announced) await composer.pressSequentially('a', { delay: 100 });
    await seen;
  }
  await type();
  await composer.press('Enter');
  expect(await next()).toBe(false);

  await type();
  await alice.open('carol');
  expect(await next()).toBe(false);
});

test('a restored draft is not announced, and refused announcements are not shown', async () => {
  const { chat, bob } = await newChatWith({ limits: { maxTypingPerMinute: 2 } }, 'bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.page.getByText('Connected').waitFor();
  await alice.open('bob');
  await alice.composer.fill('Not sent yet');
  const next = await watched(bob, 'alice');
  expect(await next()).toBe(true);
  await alice.page.reload();
  await expect.poll(() => alice.composer.inputValue()).toBe('Not sent yet');
  await alice.page.getByText('Connected').waitFor();
  const second = await setTyping(await chat.login('alice'), 'bob', false);
  expect(second.setTyping.__typename).toBe('SetTypingSuccess');
  await alice.write('Sent now');
  await alice.message('Sent now', 'stored').waitFor();
  expect(await alice.page.getByRole('alert').count()).toBe(0);
});

test('a hidden tab does not watch who is typing, and asks again when it is shown', async () => {
  const { chat, bob } = await newChat('bob');
  const alice = await visit(chat.url, { as: 'alice' });
  await alice.open('bob');
  const typing = alice.page.getByText('bob is typing…');
  await setTyping(bob, 'alice', true);
  await typing.waitFor();
  await alice.hide();
  await typing.waitFor({ state: 'detached' });
  await setTyping(bob, 'alice', true);
  await alice.hide(false);
  await typing.waitFor();
});
