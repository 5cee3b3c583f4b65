import { expect, test } from 'vitest';
import { format, type PrintedEvent } from '../../../client/cli/print.ts';

const sentAt = new Date().toISOString();
const message = (text: string): PrintedEvent => ({
  event: 'message',
  id: '1',
  position: 1,
  from: 'alice',
  to: 'bob',
  counterpartId: '2',
  text,
  sentAt,
});

test('format escapes characters that control the terminal', () => {
  const text =
    'red \u001b[31m, back \r, next line \u0085, csi \u009b31m, bell \u0007, reversed \u202e, isolated \u2066';
  expect(format(message(text), false)).toMatch(
    /: red <U\+001B>\[31m, back <U\+000D>, next line <U\+0085>, csi <U\+009B>31m, bell <U\+0007>, reversed <U\+202E>, isolated <U\+2066>$/,
  );
});

test('format indents the further lines of a message, so that none looks like another', () => {
  expect(format(message('one\n[12:00] bob: two\tthree'), false)).toMatch(
    /: one\n {4}\[12:00\] bob: two\tthree$/,
  );
});

test('format escapes control characters in JSON and keeps the text', () => {
  const text = 'one\ntwo \u001b \u009b \u202e';
  const line = format(message(text), true);
  expect(line).toMatch(/^[\u0020-\u007e]+$/);
  expect(JSON.parse(line)).toEqual(message(text));
});

test.each([
  [0, 'Welcome, bob. No messages waiting.'],
  [1, 'Welcome, bob. 1 message waiting.'],
  [2, 'Welcome, bob. 2 messages waiting.'],
])('format counts %i waiting messages in the plural or singular', (pending, sentence) => {
  expect(format({ event: 'loggedIn', username: 'bob', pending, continued: false }, false)).toBe(
    sentence,
  );
});

test.each([
  [0, 0, 'It had no undelivered messages.'],
  [1, 1, 'It had 1 undelivered message:'],
  [2, 2, 'It had 2 undelivered messages:'],
  [1_500, 1_000, 'It had 1,500 undelivered messages. The first 1,000:'],
])(
  'format reports a deletion with %i undelivered messages, %i of them shown',
  (undelivered, shown, sentence) => {
    const event: PrintedEvent = { event: 'deleted', username: 'bob', undelivered, shown };
    expect(format(event, false)).toBe(`Account bob deleted. ${sentence}`);
  },
);
