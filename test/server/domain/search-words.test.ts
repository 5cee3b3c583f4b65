import { expect, test } from 'vitest';
import { wordsOf } from '../../../server/domain/search-words.ts';

test.for<[text: string, words: string]>([
  ['Hello, WORLD! hello', 'hello world'],
  ['Café naïve ÉTÉ', 'cafe naive ete'],
  ['Cafe\u0301', 'cafe'],
  ['Straße', 'strasse'],
  ['ΟΔΟΣ οδός', 'οδοσ'],
  ['İstanbul', 'istanbul'],
  ['it’s 3.14 foo_bar', 'it s 3 14 foo bar'],
  ['東京タワー', '東 京 タ ワ ー'],
  ['ABC東京2', 'abc 東 京 2'],
  ['한국어 한', '한국어 한'],
  ['привет мир', 'привет мир'],
  ['🙂 !!! \n\t', ''],
])('the words of %s', ([text, words]) => {
  expect(wordsOf(text).join(' ').normalize('NFC')).toBe(words);
});

test('a long word and a long text are cut', () => {
  expect(wordsOf('x'.repeat(1_000))).toEqual(['x'.repeat(64)]);
  const text = Array.from({ length: 5_000 }, (_, index) => `w${index}`).join(' ');
  expect(wordsOf(text)).toHaveLength(2_000);
});
