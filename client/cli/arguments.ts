import { wrongUsage } from './errors.ts';

// Words are separated by spaces and tabs alone: every other character, even one that JavaScript
// counts as white space, belongs to a word or to a text, and is sent unchanged.

/** The first word of a line, undefined if it has none, and the rest of the line after it. */
export function firstWord(line: string): [word: string | undefined, rest: string] {
  const [before = '', word] = /^[ \t]*([^ \t]+)/.exec(line) ?? [];
  return [word, line.slice(before.length)];
}

/** All words of a line. */
export const wordsOf = (line: string): string[] =>
  line.split(/[ \t]+/).filter((word) => word !== '');

/** A line without the blanks around it. */
export const trimmed = (line: string): string => line.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, '');

/** The only word of a line. */
export function onlyWord(line: string, usage: string): string {
  const [word, ...more] = wordsOf(line);
  if (word === undefined || more.length > 0) throw wrongUsage(usage);
  return word;
}

/** A whole number from 1, or a default without a word. */
export function countIn(word: string | undefined, fallback: number, usage: string): number {
  if (word === undefined) return fallback;
  if (!/^[1-9]\d*$/.test(word)) throw wrongUsage(usage);
  return Number(word);
}

/** A username and a password: the rest of the line, spaces included, without quotes around it. */
export function nameAndPassword(
  rest: string,
  usage: string,
): { username: string; password?: string } {
  const [username, after] = firstWord(rest);
  if (!username) throw wrongUsage(usage);
  const password = trimmed(after);
  return { username, ...(password && { password: unquoted(password) }) };
}

/** The old and the new password; neither when the line is empty, to prompt for both. */
export function twoPasswords(
  rest: string,
  usage: string,
): { currentPassword?: string; newPassword?: string } {
  const line = trimmed(rest);
  if (line === '') return {};
  const [, old, next] = /^("[^"]*"|[^ \t]+)[ \t]+("[^"]*"|[^ \t]+)$/.exec(line) ?? [];
  if (!old || !next) throw wrongUsage(usage);
  return { currentPassword: unquoted(old), newPassword: unquoted(next) };
}

/** The canonical form of a username, as on the server: it is compared with names from there. */
export const folded = (username: string): string => username.trim().normalize('NFKC').toLowerCase();

const unquoted = (text: string): string => /^"(.*)"$/su.exec(text)?.[1] ?? text;
