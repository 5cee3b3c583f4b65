import type { Command } from './command.ts';

export const quit: Command = {
  name: 'quit',
  usage: 'quit',
  help: 'quit (you stay logged in)',
  needsLogin: false,
  run: (context) => context.quit(),
};
