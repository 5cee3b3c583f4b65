import { expect, test } from 'vitest';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { eventsIn, pipe } from '../../support/cli.ts';

const joinAs = (username: string) => `login ${username} ${PASSWORD} --join`;
const linesIn = (stdout: string) => stdout.trimEnd().split('\n').slice(1);

test('block refuses what an account sends, until unblock', async () => {
  const { chat, bob } = await newChat('alice', 'bob', 'carol');
  const { code, stdout } = await pipe(chat, [
    joinAs('alice'),
    'blocked',
    'block carol',
    'block BOB',
    'blocked',
    'unblock carol',
    'unblock carol',
  ]);
  expect({ code, lines: linesIn(stdout) }).toEqual({
    code: 0,
    lines: [
      'No blocked accounts.',
      'carol is blocked: what carol sends is refused.',
      'bob is blocked: what bob sends is refused.',
      'bob',
      'carol',
      '2 blocked accounts.',
      'carol is not blocked any more.',
      'carol is not blocked any more.',
    ],
  });
  expect(await bob.send('alice', 'hello')).toMatchObject({ code: 'RecipientBlockedError' });
  const wrong = await pipe(chat, [joinAs('alice'), 'block', 'block nobody', 'block alice']);
  expect(wrong.stderr.trimEnd().split('\n')).toEqual([
    'Usage: block USER',
    expect.stringContaining('no such account'),
    expect.stringContaining('block'),
  ]);
});

test('search lists the newest messages with all words, oldest first', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await bob.send('alice', 'The harbour at noon');
  await alice.send('bob', 'Which harbour, and when at noon?');
  await bob.send('alice', 'The old one');
  const { stdout } = await pipe(chat, [joinAs('alice'), 'search HARB noon', 'search nothing']);
  expect(linesIn(stdout.replaceAll(/\[\S+\]/g, '[time]')).slice(-4)).toEqual([
    '[time] bob: The harbour at noon',
    '[time] · you → bob: Which harbour, and when at noon?',
    '2 messages.',
    'No messages.',
  ]);
  const input = JSON.stringify({ command: 'search', matching: 'harbour', count: 1 });
  const json = await pipe(chat, [joinAs('alice'), input], '--json');
  expect(eventsIn(json.stdout).slice(-3)).toMatchObject([
    { event: 'found', own: true, to: 'bob' },
    { event: 'listed', count: 1 },
    { event: 'note', message: 'Older ones match, too. Add a word.' },
  ]);
});
