import { firstWord } from './arguments.ts';

/** What a line asks for: a command, or to send the line itself as a message. */
export type Request =
  | { readonly verb: string; readonly rest: string }
  | { readonly text: string }
  | undefined;

/**
 * Reads a line; undefined if it is blank. In a conversation only a line that starts with a slash is
 * a command. A second slash makes it a message that starts with one. A slash alone asks for help.
 */
export function parse(line: string, inConversation: boolean): Request {
  if (line.trim() === '') return undefined;
  if (inConversation && !line.startsWith('/')) return { text: line };
  if (inConversation && line.startsWith('//')) return { text: line.slice(1) };
  const [word = '', rest] = firstWord(line);
  return { verb: word === '/' ? 'help' : word.replace(/^\//, ''), rest };
}
