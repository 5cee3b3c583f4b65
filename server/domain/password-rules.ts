import { dictionary } from '@zxcvbn-ts/language-common';
import { type PasswordWeakness, WeakPasswordError } from '../../schema/errors.ts';

const MIN_LENGTH = 8;
const MAX_LENGTH = 128;
/** The most UTF-16 units in a password: NFC makes one character of at most four. */
const MAX_TYPED = MAX_LENGTH * 4 * 2;
const COMMON: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** Invisible characters: white space, controls, marks and joiners, and the blank Braille cell. */
const UNSEEN = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]/gu;
/** Separators, punctuation, and the symbols of a keyboard, without emoji. */
const PUNCTUATION = /[\p{Z}\p{P}\p{Sc}\p{Sm}\p{Sk}]/gu;
/** Digits commonly written for letters. */
const DIGIT_FOR: Readonly<Record<string, string>> = {
  a: '4',
  e: '3',
  i: '1',
  l: '1',
  o: '0',
  s: '5',
  t: '7',
};

const graphemes = new Intl.Segmenter();
const codePoints = (text: string): number => [...text].length;

/** Normalizes a password for hashing (RFC 8265): one form, however it was typed. */
export const normalPassword = (password: string): string => password.normalize('NFC');

/** Returns why a text cannot be any account's password; undefined if it can. */
export function impossible(password: string): PasswordWeakness | undefined {
  if (password.length > MAX_TYPED) return 'TOO_LONG';
  if (!password.isWellFormed()) return 'NOT_UNICODE';
  if (codePoints(normalPassword(password)) > MAX_LENGTH) return 'TOO_LONG';
}

/** @throws {WeakPasswordError} if the password is too weak for an account with this username. */
export function checkPassword(password: string, username: string): void {
  const weakness = impossible(password) ?? weaknessOf(normalPassword(password), username);
  if (weakness) throw new WeakPasswordError(weakness);
}

function weaknessOf(password: string, username: string): PasswordWeakness | undefined {
  if (codePoints(password) < MIN_LENGTH) return 'TOO_SHORT';
  const folded = password.normalize('NFKC').toLowerCase();
  const seen = [...graphemes.segment(folded)]
    .map(({ segment }) => segment.replace(UNSEEN, ''))
    .filter((segment) => segment !== '');
  if (seen.length === 0) return 'BLANK';
  if (new Set(seen).size === 1) return 'REPEATED';
  const letters = seen.join('').replace(PUNCTUATION, '');
  if (isUsername(letters, username)) return 'SAME_AS_USERNAME';
  if ([folded, seen.join(''), letters].some((form) => COMMON.has(form))) return 'COMMON';
}

/**
 * Whether a password without its punctuation is the username with nothing but digits around it. The
 * username may be repeated, backward, or written with digits for letters.
 */
function isUsername(letters: string, username: string): boolean {
  const name = [...username.replace(PUNCTUATION, '')].map(
    (letter) => `[${letter}${DIGIT_FOR[letter] ?? ''}]`,
  );
  const either = new RegExp(`${name.join('')}|${name.toReversed().join('')}`, 'g');
  const rest = letters.replace(either, '');
  return rest !== letters && /^\p{N}*$/u.test(rest);
}
