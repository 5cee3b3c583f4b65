import { expect, test } from 'vitest';
import { AcknowledgeMessages } from '../../../client/core/documents/message.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { eventsIn, pipe } from '../../support/cli.ts';
import type { TestClient } from '../../support/test-client.ts';

const joinAs = (username: string) => `login ${username} ${PASSWORD} --join`;
const acknowledge = (person: TestClient, through: number) =>
  person.ask(AcknowledgeMessages, { input: { through } });
/** The lines after the welcome, without the times. */
const linesIn = (stdout: string) =>
  stdout
    .trimEnd()
    .replaceAll(/^(.*)\[\S+\]/gm, '$1[time]')
    .split('\n')
    .slice(1);

test('history shows both directions, oldest first, with delivery marks', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  for (const text of ['one', 'two']) await alice.send('bob', text);
  await acknowledge(bob, 2);
  await pipe(chat, [joinAs('bob'), 'read alice']);
  await bob.send('alice', 'three');
  await acknowledge(alice, 1);
  await alice.send('bob', 'four');
  await acknowledge(bob, 3);
  await alice.send('bob', 'five\nin two lines');
  const { code, stdout } = await pipe(chat, [joinAs('alice'), 'history BOB', 'history bob 1']);
  expect(linesIn(stdout)).toEqual([
    '[time] ✓✓ you: one',
    '[time] ✓✓ you: two',
    '[time] bob: three',
    '[time] ✓ you: four',
    '[time] · you: five',
    '    in two lines',
    '5 messages.',
    '[time] · you: five',
    '    in two lines',
    '1 message.',
  ]);
  expect(code).toBe(0);
  const json = await pipe(chat, [joinAs('alice'), 'history bob 2'], '--json');
  expect(eventsIn(json.stdout).filter(({ event }) => event === 'history')).toMatchObject([
    { from: 'alice', to: 'bob', text: 'four', own: true, delivered: true, read: false },
    { from: 'alice', to: 'bob', own: true, delivered: false, read: false },
  ]);
});

test('history reads as many pages as needed, and shows 20 messages by default', async () => {
  const { chat, alice } = await newChatWith({ limits: { maxPageSize: 8 } }, 'alice', 'bob');
  const texts = Array.from({ length: 30 }, (_, index) => String(index));
  await Promise.all(texts.map((text) => alice.send('bob', text)));
  const { stdout } = await pipe(chat, [
    joinAs('alice'),
    'history bob',
    'history bob 25',
    'history bob 99',
  ]);
  const shown = linesIn(stdout).flatMap((line) => /you: (.*)/.exec(line)?.[1] ?? []);
  expect(shown).toEqual([...texts.slice(-20), ...texts.slice(-25), ...texts]);
});

test('history and read work for the messages of a deleted account', async () => {
  const { chat } = await newChat('alice');
  await chat.create('carol');
  const goodbye = [`login carol ${PASSWORD}`, 'send alice goodbye', `delete carol ${PASSWORD}`];
  expect(await pipe(chat, goodbye)).toMatchObject({ code: 0 });
  const commands = [
    joinAs('alice'),
    'conversations',
    'history carol',
    'read carol',
    'conversations',
  ];
  const { stdout } = await pipe(chat, commands);
  expect(linesIn(stdout)).toEqual([
    '[time] carol: goodbye',
    'carol         deleted   1 unread  [time] carol: goodbye',
    '1 conversation.',
    '[time] carol: goodbye',
    '1 message.',
    'Marked 1 message from carol as read.',
    'carol         deleted             [time] carol: goodbye',
    '1 conversation.',
  ]);
});

test('conversations lists all pages, newest first, with unread counts', async () => {
  const { chat, alice, bob } = await newChatWith({ limits: { maxPageSize: 2 } }, 'alice', 'bob');
  for (const name of ['carol', 'dave']) await chat.create(name);
  for (const to of ['bob', 'carol', 'dave']) await alice.send(to, `hello ${to}`);
  await alice.send('alice', 'a note to myself');
  await bob.send('alice', 'first of two');
  await bob.send('alice', 'a text that is too long\nto be shown whole in a list');
  await acknowledge(alice, 3);
  const { stdout } = await pipe(chat, [joinAs('alice'), 'conversations']);
  expect(linesIn(stdout)).toEqual([
    'bob           online    2 unread  [time] bob: a text that is too long to be…',
    'alice         online    1 unread  [time] ✓ you: a note to myself',
    'dave                              [time] · you: hello dave',
    'carol                             [time] · you: hello carol',
    '4 conversations.',
  ]);
  const json = await pipe(chat, [joinAs('alice'), 'conversations'], '--json');
  expect(eventsIn(json.stdout)[1]).toMatchObject({
    event: 'conversation',
    with: 'bob',
    unread: 2,
    online: true,
  });
});

test('who lists online contacts, or matches of a term, and needs a login', async () => {
  const { chat, alice } = await newChat('alice', 'bob', 'bert');
  await chat.create('carol');
  for (const to of ['bob', 'carol']) await alice.send(to, 'hello');
  const { stdout } = await pipe(chat, [joinAs('alice'), 'who', 'who b*', 'who nobody']);
  expect(linesIn(stdout)).toEqual([
    'bob  (online)',
    '1 online.',
    'bert  (online)',
    'bob  (online)',
    '2 online.',
    'No one is online.',
  ]);
  expect(await pipe(chat, ['who b*'])).toMatchObject({ code: 1, stdout: '' });
});

test('read marks a conversation as read, and history does not', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  for (const text of ['one', 'two', 'three']) await bob.send('alice', text);
  const { stdout } = await pipe(chat, [joinAs('alice'), 'history bob', 'read bob', 'read bob']);
  expect(linesIn(stdout).slice(-2)).toEqual([
    'Marked 3 messages from bob as read.',
    'No unread messages from bob.',
  ]);
  await bob.send('alice', 'four');
  const { stdout: later } = await pipe(chat, [joinAs('bob'), 'history alice']);
  expect(linesIn(later).slice(0, 4)).toEqual([
    '[time] ✓✓ you: one',
    '[time] ✓✓ you: two',
    '[time] ✓✓ you: three',
    '[time] · you: four',
  ]);
  alice.close();
});

test('history and read report a missing conversation, account or argument', async () => {
  const { chat } = await newChat('alice', 'bob');
  const commands = [
    joinAs('alice'),
    'history bob',
    'read bob',
    'history nobody',
    'history',
    'history bob 0',
    'read',
  ];
  const { stdout, stderr } = await pipe(chat, commands);
  expect(linesIn(stdout)).toEqual(['No messages.']);
  expect(stderr.trimEnd().split('\n')).toEqual([
    'You have no messages with bob.',
    'There is no such account.',
    expect.stringMatching(/^Usage: history/),
    expect.stringMatching(/^Usage: history/),
    expect.stringMatching(/^Usage: read/),
  ]);
});
