import { expect, test } from 'vitest';
import { Unread } from '../../../client/core/documents/conversation.ts';
import { AcknowledgeMessages } from '../../../client/core/documents/message.ts';
import { ReceiptReceived } from '../../../client/core/documents/receipt.ts';
import { SetTyping, TypingChanged } from '../../../client/core/documents/typing.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { openInteractive, pipe } from '../../support/cli.ts';
import { KEYS } from '../../support/terminal.ts';

const { enter, tab } = KEYS;
const join = (username: string) => `login ${username} ${PASSWORD} --join`;
/** The lines of a window that are messages, without their times. */
const messagesIn = (lines: readonly string[]) =>
  lines.flatMap((line) => /^\[\d\d:\d\d\] (.*)/.exec(line)?.[1] ?? []);

async function openAs(username: string, { url }: { url: string }, columns = 80) {
  const cli = await openInteractive({ url }, columns);
  cli.type(`${join(username)}${enter}`);
  await cli.shows((lines) => lines.at(-1) === `${username}>`);
  return cli;
}

test('in a conversation a line is a message, and its mark changes in place', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const cli = await openAs('alice', chat);
  cli.type(`with bob${enter}`);
  await cli.shows((lines) => lines.at(-1) === 'alice → bob>');
  cli.type(`Are you there?${enter}`);
  await cli.shows('·  you: Are you there?');
  await bob.send('alice', 'above');
  await cli.shows('bob: above');
  await bob.ask(AcknowledgeMessages, { input: { through: 1 } });
  await cli.shows('✓  you: Are you there?');
  await pipe(chat, [join('bob'), 'read alice']);
  const lines = await cli.shows('✓✓ you: Are you there?');
  expect(messagesIn(lines)).toEqual(['✓✓ you: Are you there?', 'bob: above']);
  expect(lines.at(-1)).toBe('alice → bob>');
  expect(lines.join()).not.toMatch(/Sent to|Delivered|Read by/);
});

test('a conversation opens with its last messages, and reading it marks them as read', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  for (const text of ['one', 'two']) await bob.send('alice', text);
  await alice.send('bob', 'three');
  const receipts = bob.watch(ReceiptReceived, {});
  const readThrough = async (id: string) => {
    while ((await receipts.next()).receiptReceived.readThrough !== id);
  };
  const cli = await openAs('alice', chat);
  cli.type(`with BOB${enter}`);
  const lines = await cli.shows('Talking to bob');
  expect(messagesIn(lines).slice(-3)).toEqual(['bob: one', 'bob: two', '·  you: three']);
  const four = await bob.send('alice', 'four');
  await cli.shows('bob: four');
  // Seen, and so read.
  await readThrough(four.sent ? four.message.id : '');
  await alice.send('bob', 'from elsewhere');
  await cli.shows('·  you: from elsewhere');
});

test('a conversation says when its messages wait for others to be shown', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  for (let count = 1; count <= 25; count++) await bob.send('alice', String(count));
  const cli = await openAs('alice', chat);
  await cli.shows('5 more messages waiting.');
  cli.type(`with bob${enter}`);
  await cli.shows('5 received messages are not shown yet');
  await bob.send('alice', 'and another');
  await cli.shows('New message queued; 6 waiting.');
  cli.type(`/deliver 6${enter}`);
  const lines = await cli.shows('bob: and another');
  // Those that the conversation opened with are not repeated.
  expect(lines.filter((line) => line.endsWith('bob: 25'))).toHaveLength(1);
});

test('commands in a conversation start with a slash, and two slashes are text', async () => {
  const { chat, bob } = await newChat('alice', 'bob', 'carol');
  const cli = await openAs('alice', chat);
  cli.type(`/with bob${enter}`);
  await cli.shows((lines) => lines.at(-1) === 'alice → bob>');
  cli.type(`quit${enter}`);
  cli.type(`//etc/hosts${enter}`);
  cli.type(`/send carol hello${enter}`);
  await cli.shows('you → carol: hello');
  cli.type(`/wi${tab}`);
  await cli.shows('bob> /with');
  cli.type(`ca${tab}`);
  await cli.shows('bob> /with carol');
  cli.type(enter);
  await cli.shows((lines) => lines.at(-1) === 'alice → carol>');
  await bob.send('alice', 'and me?');
  await cli.shows('bob → you: and me?');
  cli.type(`/with${enter}`);
  await cli.shows((lines) => lines.at(-1) === 'alice>');
  cli.type(`/${enter}`);
  await cli.shows('list the commands');
  const texts = (await bob.read().shown(2)).map(({ text }) => text);
  expect(texts).toEqual(['quit', '/etc/hosts']);
});

test('a conversation shows that the other side is typing, until it stops', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const cli = await openAs('alice', chat);
  cli.type(`with bob${enter}`);
  await cli.shows((lines) => lines.at(-1) === 'alice → bob>');
  const type = (typing: boolean) => bob.ask(SetTyping, { input: { with: 'alice', typing } });
  const endsWith = (...last: string[]) =>
    cli.shows((lines) => lines.slice(-last.length).join('\n') === last.join('\n'));
  await type(true);
  await endsWith('bob is typing…', 'alice → bob>');
  cli.type('meanwhile');
  await endsWith('bob is typing…', 'alice → bob> meanwhile');
  await type(false);
  await cli.shows((lines) => !lines.includes('bob is typing…'));
  await type(true);
  await endsWith('bob is typing…', 'alice → bob> meanwhile');
  await bob.send('alice', 'done');
  const lines = await cli.shows('bob: done');
  expect(lines).not.toContain('bob is typing…');
});

test('a message that is typed is shown to the other side as typing, a command is not', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const cli = await openAs('alice', chat);
  const { conversation } = await bob.ask(Unread, { with: 'alice' });
  const watch = bob.watch(TypingChanged, { in: [conversation?.id ?? ''] });
  const isTyping = async () => (await watch.next()).typingChanged.typing;
  cli.type(`with bob${enter}`);
  await cli.shows((lines) => lines.at(-1) === 'alice → bob>');
  cli.type(`/help${enter}`);
  await cli.shows('list the commands');
  expect(watch.waiting).toBe(0);
  cli.type('hello');
  expect(await isTyping()).toBe(true);
  cli.type(enter);
  expect(await isTyping()).toBe(false);
  await cli.shows('·  you: hello');
});

test('a message that is refused is marked, and the reason follows', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const cli = await openAs('alice', chat);
  cli.type(`with bob${enter}`);
  await cli.shows((lines) => lines.at(-1) === 'alice → bob>');
  bob.close();
  await pipe(chat, [`login bob ${PASSWORD} --take-over`, `delete bob ${PASSWORD}`]);
  cli.type(`too late${enter}`);
  const lines = await cli.shows('Not sent to bob: There is no such account.');
  expect(messagesIn(lines)).toEqual(['✗  you: too late']);
});

test('no line is taken for a command after the session is ended elsewhere', async () => {
  const { chat } = await newChat('alice', 'bob');
  const cli = await openAs('alice', chat);
  cli.type(`with bob${enter}`);
  await cli.shows((lines) => lines.at(-1) === 'alice → bob>');
  await pipe(chat, [`login alice ${PASSWORD} --take-over`]);
  await cli.shows('Your session was ended elsewhere.');
  cli.type(`delete bob ${PASSWORD}${enter}`);
  const lines = await cli.shows('Not logged in.');
  expect(lines.at(-1)).toBe(' → bob>');
});

test('a message to oneself is shown once', async () => {
  const { chat } = await newChat('alice');
  const cli = await openAs('alice', chat);
  cli.type(`send alice one${enter}`);
  cli.type(`send alice two${enter}`);
  const lines = await cli.shows('✓✓ you → alice: two');
  expect(messagesIn(lines)).toEqual(['✓✓ you → alice: one', '✓✓ you → alice: two']);
});

test('a receipt for a message that has left the window is a line of its own', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const cli = await openAs('alice', chat);
  cli.type(`send bob long ago${enter}`);
  await cli.shows('·  you → bob: long ago');
  for (const _round of [1, 2]) cli.type(`help${enter}`);
  await cli.shows((lines) => lines.filter((line) => line.startsWith('quit')).length === 2);
  await bob.ask(AcknowledgeMessages, { input: { through: 1 } });
  await cli.shows('✓ Delivered to bob: "long ago"');
});

test('with without a terminal, an account or a login says what is wrong', async () => {
  const { chat } = await newChat('alice', 'bob');
  const piped = await pipe(chat, [join('alice'), 'with bob', 'list b*']);
  expect(piped).toMatchObject({
    code: 1,
    stderr: 'with needs a terminal. Elsewhere: send USER TEXT…\n',
    stdout: expect.stringContaining('1 account.'),
  });
  const cli = await openInteractive(chat);
  cli.type(`with bob${enter}`);
  await cli.shows('Not logged in.');
  cli.type(`${join('alice')}${enter}`);
  await cli.shows('alice>');
  cli.type(`with nobody${enter}`);
  await cli.shows('There is no such account.');
});
