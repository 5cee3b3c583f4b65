import { wordsOf } from './arguments.ts';
import { COMMANDS, commandOf } from './commands/index.ts';
import { nearest } from './commands/unknown-command.ts';

const takesPassword = (verb: string): boolean => /PASSWORD|OLD/.test(commandOf(verb)?.usage ?? '');
const VERBS = COMMANDS.map(({ name }) => name).filter(takesPassword);

/**
 * Whether a line contains a password, and so must be kept nowhere. A verb may be mistyped, or typed
 * without the slash that a conversation needs.
 */
export function isSecret(line: string): boolean {
  const [verb = '', ...words] = wordsOf(line.replace(/^[ \t]*\//, ''));
  return words.length > 1 && (takesPassword(verb) || nearest(verb, VERBS) !== undefined);
}
