// The words of a command are set apart by spaces and tabs, and by nothing else: every other
// character, also one that JavaScript counts as white space, belongs to a word or to a text, and is
// sent as it is.

/** The first word of a line, and all that follows it; no word where there is none. */
export function firstWord(line: string): [word: string | undefined, rest: string] {
  const [before = '', word] = /^[ \t]*([^ \t]+)/.exec(line) ?? [];
  return [word, line.slice(before.length)];
}

/** All words of a line. */
export const wordsOf = (line: string): string[] =>
  line.split(/[ \t]+/).filter((word) => word !== '');

/** A line without the blanks around it. */
export const trimmed = (line: string): string => line.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, '');
