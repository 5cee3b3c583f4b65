import { expect, test } from 'vitest';
import type { Event } from '../../../client/cli/event.ts';
import { format } from '../../../client/cli/print.ts';

const sentAt = new Date().toISOString();
const message = (text: string): Event => ({
  event: 'message',
  id: '1',
  position: 1,
  from: 'alice',
  to: 'bob',
  text,
  sentAt,
});

test('what would drive the terminal is made visible', () => {
  const text =
    'red \u001b[31m, back \r, next line \u0085, csi \u009b31m, bell \u0007, reversed \u202e, isolated \u2066';
  expect(format(message(text), false)).toMatch(
    /: red <U\+001B>\[31m, back <U\+000D>, next line <U\+0085>, csi <U\+009B>31m, bell <U\+0007>, reversed <U\+202E>, isolated <U\+2066>$/,
  );
});

test('a message of several lines is indented from the second on, so that nobody can forge another', () => {
  expect(format(message('one\n[12:00] bob: two\tthree'), false)).toMatch(
    /: one\n {4}\[12:00\] bob: two\tthree$/,
  );
});

test('a line of JSON holds nothing harmful, and the same text', () => {
  const text = 'one\ntwo \u001b \u009b \u202e';
  const line = format(message(text), true);
  expect(line).toMatch(/^[\u0020-\u007e]+$/);
  expect(JSON.parse(line)).toEqual(message(text));
});

test.each([
  [0, 'Welcome, bob. No messages are waiting.'],
  [1, 'Welcome, bob. 1 message is waiting.'],
  [2, 'Welcome, bob. 2 messages are waiting.'],
])('%i messages are counted in words', (pending, sentence) => {
  expect(format({ event: 'loggedIn', username: 'bob', pending, continued: false }, false)).toBe(
    sentence,
  );
});

test.each([
  [0, 0, 'Nothing was waiting for it.'],
  [1, 1, 'This was still waiting for it:'],
  [2, 2, 'These 2 messages were still waiting for it:'],
  [1_500, 1_000, '1500 messages were still waiting for it. These are the first 1000:'],
])(
  'a deletion tells of %i undelivered messages, of which it shows %i',
  (undelivered, shown, sentence) => {
    const event: Event = { event: 'deleted', username: 'bob', undelivered, shown };
    expect(format(event, false)).toBe(`The account bob is deleted. ${sentence}`);
  },
);
