import { accountsPage } from './account-queries.ts';
import { wordsOf } from './arguments.ts';
import { COMMANDS } from './commands/index.ts';
import type { CliContext } from './context.ts';
import { escapeControls } from './print.ts';

/** The most usernames offered: a longer list is not readable. */
const MOST = 50;

/**
 * Completes a verb, or the username after it. Returns the candidates, and the part of the line that
 * they replace.
 */
export async function complete(context: CliContext, line: string): Promise<[string[], string]> {
  const [, verb, gap, word = ''] = /^[ \t]*([^ \t]*)([ \t]*)([^ \t]*)$/.exec(line) ?? [];
  if (verb === undefined) return [[], line];
  if (!gap)
    return [COMMANDS.map(({ name }) => `${name} `).filter((name) => name.startsWith(verb)), verb];
  const takesUser = COMMANDS.some(
    ({ name, usage }) => name === verb && /^\S+ (USER|\[TERM)/.test(usage),
  );
  if (!takesUser || /[*?]/.test(word)) return [[], line];
  return [await usernames(context, word), word];
}

/** The usernames with this prefix. None if the server fails: Tab must not print an error. */
async function usernames(context: CliContext, prefix: string): Promise<string[]> {
  const query = { matching: `${prefix}*`, first: MOST };
  const page = await accountsPage(context, query).catch(() => undefined);
  return page?.edges.map(({ node }) => `${escapeControls(node.username)} `) ?? [];
}

/** Whether a line contains a password, and so must not enter the prompt's history. */
export function isSecret(line: string): boolean {
  const [verb, ...words] = wordsOf(line);
  return (
    words.length > 1 &&
    COMMANDS.some(({ name, usage }) => name === verb && /PASSWORD|OLD/.test(usage))
  );
}
