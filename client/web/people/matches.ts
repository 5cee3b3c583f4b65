/** A piece of a text, and whether it matches what was searched for. */
export interface Piece {
  readonly start: number;
  readonly text: string;
  readonly matches: boolean;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Of Chinese and Japanese, each character is a word to the server. */
const CHARACTER = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;
/** The characters before the first match that stay in an excerpt. */
const BEFORE = 24;

/** Case and accents are ignored, as by the server. */
const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const wordsOf = (text: string): RegExpMatchArray[] =>
  [...text.matchAll(WORD)].flatMap((word) =>
    CHARACTER.test(word[0])
      ? [...word[0].matchAll(/./gsu)].map((each) => moved(each, word))
      : [word],
  );

const moved = (each: RegExpMatchArray, word: RegExpMatchArray): RegExpMatchArray =>
  Object.assign(each, { index: (each.index ?? 0) + (word.index ?? 0) });

/**
 * Cuts a text to begin shortly before the first word that matches a term, and marks each word that
 * begins like one of the term.
 */
export function excerpt(text: string, term: string): Piece[] {
  const terms = wordsOf(term).map(([word]) => fold(word));
  const found = wordsOf(text).filter(([word]) =>
    terms.some((begin) => fold(word).startsWith(begin)),
  );
  const first = found[0]?.index ?? 0;
  const start = first > BEFORE ? text.indexOf(' ', first - BEFORE) + 1 : 0;
  let end = start > first ? first : start;
  const pieces: Piece[] = end > 0 ? [{ start: -1, text: '…', matches: false }] : [];
  const add = (until: number, matches: boolean) => {
    if (until > end) pieces.push({ start: end, text: text.slice(end, until), matches });
    end = until;
  };
  for (const { 0: word, index } of found) {
    add(index ?? 0, false);
    add((index ?? 0) + word.length, true);
  }
  add(text.length, false);
  return pieces;
}
