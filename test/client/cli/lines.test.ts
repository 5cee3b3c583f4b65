import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { linesOf, MAX_LINE } from '../../../client/cli/lines.ts';

const linesIn = (...chunks: (string | Uint8Array)[]) =>
  Array.fromAsync(linesOf(Readable.from(chunks)));

test.for<[name: string, text: string, lines: string[]]>([
  ['newlines', 'one\ntwo\n', ['one', 'two']],
  ['newlines after carriage returns', 'one\r\ntwo\r\n', ['one', 'two']],
  ['the end of the input', 'one\ntwo', ['one', 'two']],
  ['each of two newlines', 'one\n\r\n\ntwo', ['one', '', '', 'two']],
])('lines end at %s', async ([, text, lines]) => {
  expect(await linesIn(text)).toEqual(lines);
});

test.for(['\r', '\v', '\f', '\x1c', '\u0085', '\u2028', '\u2029', '\0'])(
  '%j belongs to its line',
  async (char) => {
    expect(await linesIn(`one${char}two\n${char}x\n`)).toEqual([`one${char}two`, `${char}x`]);
  },
);

test('lines do not depend on chunk boundaries, even within a character', async () => {
  const bytes = new TextEncoder().encode('\ufeffsend bob 😀\u2028\r\r\nfin é');
  for (let at = 0; at <= bytes.length; at += 1) {
    expect(await linesIn(bytes.slice(0, at), bytes.slice(at))).toEqual([
      'send bob 😀\u2028\r',
      'fin é',
    ]);
  }
  expect(await linesIn(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual([
    'send bob 😀\u2028\r',
    'fin é',
  ]);
});

test('a line longer than any string is reported as too long, and the next is read', async () => {
  const chunk = 'x'.repeat(MAX_LINE);
  // Together they exceed the maximum length of a string.
  const huge = Array<string>(1_000).fill(chunk);
  expect(await linesIn('before\n', ...huge, '\nafter\n', chunk, '\n', chunk, 'x')).toEqual([
    'before',
    undefined,
    'after',
    chunk,
    undefined,
  ]);
});
