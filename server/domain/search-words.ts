/**
 * The most words that are kept of a message, and the most characters of a word: an entry of
 * PostgreSQL's index holds 1 MiB, and a word of it 2 KiB.
 */
const MAX_WORDS = 2_000;
const MAX_WORD_LENGTH = 64;

/** A character of a script without spaces between words, or a run of other letters and digits. */
const WORD =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]|(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])[\p{L}\p{N}])+/gu;

/**
 * Returns the words by which a text is found, each once: without case, accents and punctuation.
 * Chinese and Japanese text has no spaces: each of its characters is a word.
 */
export function wordsOf(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    // Both ways, since the capitals of ß are SS.
    .toUpperCase()
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ς', 'σ');
  const words = new Set<string>();
  for (const [word] of folded.matchAll(WORD)) {
    words.add([...word].slice(0, MAX_WORD_LENGTH).join(''));
    if (words.size === MAX_WORDS) break;
  }
  return [...words];
}
