import { firstWord } from './arguments.ts';
import { COMMANDS } from './commands/index.ts';
import type { CliContext } from './context.ts';
import { Failure, notLoggedIn } from './errors.ts';

/** Runs the command on a line, and reports why if it fails. */
export async function perform(context: CliContext, line: string): Promise<void> {
  const [verb, rest] = firstWord(line);
  if (verb === undefined) return;
  await context.attempt(async () => {
    const command = COMMANDS.find(({ name }) => name === verb);
    if (!command)
      throw new Failure('UnknownCommand', `Unknown command: ${verb}. Type help for a list.`);
    if (!command.needsLogin) return command.run(context, rest);
    const session = await context.current.resume();
    if (!session) throw notLoggedIn();
    await command.run(context, rest, session);
  });
}
