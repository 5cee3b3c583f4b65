import { accountsPage } from './accounts.ts';
import { COMMANDS } from './commands.ts';
import type { CliContext } from './context.ts';
import { escapeControls } from './print.ts';
import { wordsOf } from './words.ts';

/** More than this nobody reads through. */
const MOST = 50;

/**
 * Completes a verb, or the username after it: the candidates, and the part of the line that they
 * replace.
 */
export async function complete(chat: CliContext, line: string): Promise<[string[], string]> {
  const [, verb, gap, word = ''] = /^[ \t]*([^ \t]*)([ \t]*)([^ \t]*)$/.exec(line) ?? [];
  if (verb === undefined) return [[], line];
  if (!gap)
    return [COMMANDS.map(({ name }) => `${name} `).filter((name) => name.startsWith(verb)), verb];
  const takesUser = COMMANDS.some(
    ({ name, usage }) => name === verb && /^\S+ (USER|\[TERM)/.test(usage),
  );
  if (!takesUser || /[*?]/.test(word)) return [[], line];
  return [await usernames(chat, word), word];
}

/**
 * None when the server cannot be asked: whoever presses Tab wants no error in the middle of the
 * line.
 */
async function usernames(chat: CliContext, start: string): Promise<string[]> {
  const page = await accountsPage(chat, { matching: `${start}*`, first: MOST }).catch(
    () => undefined,
  );
  return page?.edges.map(({ node }) => `${escapeControls(node.username)} `) ?? [];
}

/**
 * Whether a line holds a password, and so must not come back when one looks for what one typed
 * before.
 */
export function isSecret(line: string): boolean {
  const [verb, ...words] = wordsOf(line);
  return (
    words.length > 1 &&
    COMMANDS.some(({ name, usage }) => name === verb && /PASSWORD|OLD/.test(usage))
  );
}
