import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chatServerAt, newChat, newClients, PASSWORD } from '../../support/chat.ts';
import { openInteractive } from '../../support/cli.ts';
import { newDatabase } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { freePort } from '../../support/port.ts';
import { startServer } from '../../support/process.ts';
import { KEYS } from '../../support/terminal.ts';

const { altEnter, enter, tab, up, ctrlC, ctrlD } = KEYS;

test('a person signs up and chats while messages appear above the line', async () => {
  const { chat, alice } = await newChat('alice');
  const bob = await openInteractive(chat, 30);
  bob.type(`create bob${enter}`);
  await bob.shows('Password for bob:');
  bob.type(PASSWORD + enter);
  await bob.shows('Repeat password:');
  bob.type(PASSWORD + enter);
  await bob.shows('Account bob created.');
  await bob.shows('bob>');
  bob.type('send alice a line that is longer than the window');
  await alice.send('bob', 'meanwhile');
  await bob.shows('alice: meanwhile');
  expect((await bob.lines()).slice(-2)).toEqual([
    'bob> send alice a line that is',
    'longer than the window',
  ]);
  const reading = alice.read();
  bob.type(enter);
  expect((await reading.shown(1))[0]?.text).toBe('a line that is longer than the window');
  await bob.shows('·  you → alice: a line');
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

test('a saved session that starts before its server connects by itself', async () => {
  const [port, databaseUrl, config] = [
    await freePort(),
    await newDatabase(),
    await temporaryFolder(),
  ];
  const settings = { PORT: String(port), DATABASE_URL: databaseUrl };
  const chat = { url: `http://127.0.0.1:${port}`, config };
  const before = await startServer(settings);
  const { bob } = await newClients(chatServerAt(before.url), ['alice', 'bob']);
  const first = await openInteractive(chat);
  first.type(`login alice ${PASSWORD} --join${enter}`);
  await first.shows('alice>');
  first.type(`quit${enter}`);
  await first.exit;
  await bob.send('alice', 'while you were away');
  await before.end('SIGTERM');

  const cli = await openInteractive(chat);
  await cli.shows('Cannot reach');
  await startServer(settings);
  await cli.shows('Connected.');
  await cli.shows('while you were away');
  cli.type(`who${enter}`);
  await cli.shows('bob');
});

test('pasted lines are one message, and never commands', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const cli = await openInteractive({ url: chat.url });
  cli.type(`login alice ${PASSWORD} --join${enter}`);
  await cli.shows('alice>');
  cli.type('send bob ');
  cli.pasteMarked('one\nlogout');
  cli.type(altEnter);
  cli.type(`three${enter}`);
  await cli.shows('you → bob: one');
  cli.pasteMarked('logout\nquit');
  cli.type(enter);
  await cli.shows('Only a message can have several lines.');
  const [message] = await bob.read().shown(1);
  expect(message?.text).toBe('one\nlogout\nthree');
});

test('typed lines are kept for the next run in a private file, without passwords', async () => {
  const { chat } = await newChat('bob');
  await chat.create('alice');
  const options = { url: chat.url, config: await temporaryFolder() };
  const first = await openInteractive(options);
  const lines = ['list a*', 'send bob one'];
  const secrets = ['login', '/login', 'lgoin'].map((verb) => `${verb} alice ${PASSWORD}`);
  for (const line of [...lines, ...secrets, 'exit']) first.type(`${line}${enter}`);
  await first.exit;
  const file = join(options.config, 'parley', 'history');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toBe('"list a*"\n"send bob one"\n"exit"\n');
  await appendFile(file, '"cut sho');
  const second = await openInteractive(options);
  second.type(up);
  second.type(up);
  await second.shows('> send bob one');
  second.type(`${ctrlC}li`);
  second.type(up);
  await second.shows('> list a*');
});

test('a message rings the bell if asked to', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const bells = async (bell: boolean) => {
    const cli = await openInteractive({ url: chat.url, bell });
    const written: string[] = [];
    cli.onWrite((text) => written.push(text));
    cli.type(`login alice ${PASSWORD} --join${enter}`);
    await cli.shows('alice>');
    await bob.send('alice', `with bell: ${bell}`);
    await cli.shows(`with bell: ${bell}`);
    return written.join('').split('\x07').length - 1;
  };
  expect([await bells(false), await bells(true)]).toEqual([0, 1]);
});
