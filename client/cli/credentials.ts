import type { CliContext } from './context.ts';
import { Failure, wrongUsage } from './errors.ts';
import { firstWord, trimmed } from './words.ts';

/** The rest of the line is the password, spaces and all; quotes around it are not part of it. */
export function nameAndPassword(
  rest: string,
  usage: string,
): [name: string, password: string | undefined] {
  const [name, after] = firstWord(rest);
  if (!name) throw wrongUsage(usage);
  const password = trimmed(after);
  return [folded(name), password === '' ? undefined : unquoted(password)];
}

/** The old password and the new one; neither when both are to be asked for. */
export function twoPasswords(rest: string, usage: string): [string, string] | undefined {
  const line = trimmed(rest);
  if (line === '') return undefined;
  const [, old, next] = /^("[^"]*"|[^ \t]+)[ \t]+("[^"]*"|[^ \t]+)$/.exec(line) ?? [];
  if (!old || !next) throw wrongUsage(usage);
  return [unquoted(old), unquoted(next)];
}

/** As the server folds a username: it is compared with names that come from there. */
export const folded = (username: string): string => username.trim().normalize('NFKC').toLowerCase();

const unquoted = (text: string): string => /^"(.*)"$/su.exec(text)?.[1] ?? text;

export async function askPassword(chat: CliContext, question: string): Promise<string> {
  if (!chat.interactive)
    throw new Failure('PasswordMissing', 'Without a terminal the password has to be on the line.');
  return chat.ask(question, true);
}

/** Asks twice: one cannot see what one types. */
export async function askNewPassword(chat: CliContext, question: string): Promise<string> {
  const password = await askPassword(chat, `${question}: `);
  if ((await chat.ask('Once more: ', true)) !== password)
    throw new Failure('Cancelled', 'These were two passwords.');
  return password;
}
