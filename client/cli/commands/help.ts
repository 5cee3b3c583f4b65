import { wordsOf } from '../arguments.ts';
import { wrongUsage } from '../errors.ts';
import { type Command, define } from './command.ts';
import { unknownCommand } from './unknown-command.ts';

/** Lists these commands; they are looked up when it runs, since it is one of them. */
export const helpOn = (commands: () => readonly Command[]): Command =>
  define({
    name: 'help',
    aliases: ['?'],
    usage: 'help [VERB]',
    help: 'list the commands, or explain one',
    needs: [],
    takes: ['verb'],
    parse(rest) {
      const [verb, ...more] = wordsOf(rest);
      if (more.length > 0) throw wrongUsage(this.usage);
      return { ...(verb && { verb }) };
    },
    needsLogin: false,
    run({ say }, { verb: word }) {
      if (word === undefined) {
        for (const { usage, help } of commands()) say({ event: 'help', usage, help });
        return;
      }
      const verb = word.replace(/^\//, '');
      const command = commandFor(commands(), verb);
      if (!command) throw unknownCommand(verb, commands());
      const { usage, help, details } = command;
      say({ event: 'help', usage, help, ...(details && { details }) });
    },
  });

/** The command with this name or alias. */
export const commandFor = (commands: readonly Command[], verb: string): Command | undefined =>
  commands.find(({ name, aliases }) => name === verb || aliases?.includes(verb));
