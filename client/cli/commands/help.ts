import type { Command } from './command.ts';

/** Lists these commands; they are looked up when it runs, since it is one of them. */
export const helpOn = (commands: () => readonly Command[]): Command => ({
  name: 'help',
  usage: 'help',
  help: 'list the commands',
  needsLogin: false,
  run(context) {
    for (const { usage, help } of commands()) context.say({ event: 'help', usage, help });
  },
});
