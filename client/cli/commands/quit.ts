import { define, NO_INPUT } from './command.ts';

export const quit = define({
  name: 'quit',
  aliases: ['exit', 'q'],
  usage: 'quit',
  help: 'quit (you stay logged in)',
  ...NO_INPUT,
  needsLogin: false,
  run: (context) => context.quit(),
});
