import { expect, test } from 'vitest';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { openInteractive } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { KEYS } from '../../support/terminal.ts';

const { enter, tab, ctrlC, ctrlD } = KEYS;

test('a person signs up, logs in and chats while messages appear above the line', async () => {
  const { chat, alice } = await newChat('alice');
  const bob = await openInteractive(chat, 30);
  bob.type(`create bob${enter}`);
  await bob.shows('Password for bob:');
  bob.type(PASSWORD + enter);
  await bob.shows('Repeat password:');
  bob.type(PASSWORD + enter);
  await bob.shows('Account bob created.');
  bob.type(`login bob${enter}`);
  await bob.shows((lines) => lines.at(-1) === 'Password for bob:');
  bob.type(PASSWORD + enter);
  await bob.shows('bob>');
  bob.type('send alice a line that is longer than the window');
  await alice.send('bob', 'meanwhile');
  await bob.shows('alice: meanwhile');
  expect((await bob.lines()).slice(-2)).toEqual([
    'bob> send alice a line that is',
    ' longer than the window',
  ]);
  const reading = alice.read();
  bob.type(enter);
  expect((await reading.shown(1))[0]?.text).toBe('a line that is longer than the window');
  await bob.shows('Sent to alice.');
  expect((await bob.lines()).join('')).not.toContain(PASSWORD);
  bob.type(ctrlC);
  expect(await bob.exit).toBe(0);
});

test('login asks whether to take over, join or cancel when online elsewhere', async () => {
  const { chat, alice } = await newChat('alice');
  await alice.becomes('live');
  const cli = await openInteractive(chat);
  cli.type(`login alice ${PASSWORD}${enter}`);
  await cli.shows('(t)ake over, (j)oin, or (c)ancel?');
  cli.type(`c${enter}`);
  await cli.shows('Cancelled.');
  cli.type(`login alice ${PASSWORD}${enter}`);
  await cli.shows((lines) => lines.at(-1)?.startsWith('alice is logged in elsewhere') ?? false);
  cli.type(`j${enter}`);
  await cli.shows('alice>');
  expect(alice.statuses.at(-1)).toEqual({ state: 'live' });
  const ended = alice.becomes('ended');
  cli.type(`login alice ${PASSWORD}${enter}`);
  await cli.shows((lines) => lines.at(-1)?.startsWith('alice is logged in elsewhere') ?? false);
  cli.type(`t${enter}`);
  await ended;
  await cli.shows((lines) => lines.at(-1) === 'alice>');
  cli.type(ctrlD);
  expect(await cli.exit).toBe(0);
});

test('tab completes verbs and usernames', async () => {
  const { chat } = await newChat();
  for (const name of ['albert', 'alfred', 'bob']) await chat.create(name);
  const cli = await openInteractive(chat);
  cli.type(`sen${tab}`);
  await cli.shows('> send');
  cli.type(`B${tab}`);
  await cli.shows('> send bob');
  cli.type(`${ctrlC}login a${tab}`);
  await cli.shows('> login al');
  cli.type(tab);
  await cli.shows((lines) => lines.some((line) => /^albert +alfred$/.test(line)));
});

test('the next start continues the session and greets its user', async () => {
  const { chat } = await newChat();
  await chat.create('alice');
  const options = { url: chat.url, config: await temporaryFolder() };
  const first = await openInteractive(options);
  first.type(`login alice ${PASSWORD}${enter}`);
  await first.shows('alice>');
  first.type(`quit${enter}`);
  expect(await first.exit).toBe(0);
  const second = await openInteractive(options);
  await second.shows('Welcome back, alice. No messages waiting.');
  expect((await second.lines()).at(-1)).toBe('alice>');
  second.type(`logout${enter}`);
  await second.shows('alice is logged out.');
  expect((await second.lines()).at(-1)).toBe('>');
});
