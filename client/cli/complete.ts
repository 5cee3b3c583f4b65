import { accountsPage } from './account-queries.ts';
import { COMMANDS, commandOf } from './commands/index.ts';
import type { CliContext } from './context.ts';
import { escapeControls } from './escape.ts';

/** A slash, a verb, blanks, and a word of which the last may be unfinished. */
const LINE = /^[ \t]*(\/?)([^ \t]*)([ \t]*)([^ \t]*)$/;

/** The most usernames offered: a longer list is not readable. */
const MOST = 50;

/**
 * Completes a verb, or the username after it. Returns the candidates, and the part of the line that
 * they replace.
 */
export async function complete(context: CliContext, line: string): Promise<[string[], string]> {
  const inConversation = context.current.counterpart !== undefined;
  const [, slash = '', verb, gap, word = ''] = LINE.exec(line) ?? [];
  if (verb === undefined || (inConversation && !slash)) return [[], line];
  if (!gap)
    return [COMMANDS.map(({ name }) => `${name} `).filter((name) => name.startsWith(verb)), verb];
  const takesUser = /^\S+ \[?(USER|TERM)/.test(commandOf(verb)?.usage ?? '');
  if (!takesUser || /[*?]/.test(word)) return [[], line];
  return [await usernames(context, word), word];
}

/** The usernames with this prefix. None if the server fails: Tab must not print an error. */
async function usernames(context: CliContext, prefix: string): Promise<string[]> {
  const query = { matching: `${prefix}*`, first: MOST };
  const page = await accountsPage(context, query).catch(() => undefined);
  return page?.edges.map(({ node }) => `${escapeControls(node.username)} `) ?? [];
}
