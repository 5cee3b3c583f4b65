import { ACCOUNT_COMMANDS } from './account-commands.ts';
import type { Command } from './command.ts';
import type { CliContext } from './context.ts';
import { Failure, notLoggedIn } from './errors.ts';
import { MESSAGE_COMMANDS } from './message-commands.ts';
import { firstWord } from './words.ts';

export const COMMANDS: readonly Command[] = [
  ...ACCOUNT_COMMANDS,
  ...MESSAGE_COMMANDS,
  {
    name: 'help',
    usage: 'help',
    help: 'this list',
    needsLogin: false,
    run(chat) {
      for (const { usage, help } of COMMANDS) chat.say({ event: 'help', usage, help });
    },
  },
  {
    name: 'quit',
    usage: 'quit',
    help: 'leave; the next start continues the session',
    needsLogin: false,
    run: (chat) => chat.quit(),
  },
];

/** Does what a line says, and says why when that cannot be done. */
export async function perform(chat: CliContext, line: string): Promise<void> {
  const [verb, rest] = firstWord(line);
  if (verb === undefined) return;
  await chat.attempt(async () => {
    const command = COMMANDS.find(({ name }) => name === verb);
    if (!command)
      throw new Failure(
        'UnknownCommand',
        `There is no command ${verb}. For the commands, type: help`,
      );
    if (!command.needsLogin) return command.run(chat, rest);
    const session = await chat.resume();
    if (!session) throw notLoggedIn();
    await command.run(chat, rest, session);
  });
}
