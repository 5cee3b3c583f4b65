import { block, unblock } from './block.ts';
import { blocked } from './blocked.ts';
import type { Command } from './command.ts';
import { conversations } from './conversations.ts';
import { create } from './create.ts';
import { deleteAccount } from './delete.ts';
import { deliver } from './deliver.ts';
import { exportMessages } from './export.ts';
import { commandFor, helpOn } from './help.ts';
import { history } from './history.ts';
import { list } from './list.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { password } from './password.ts';
import { quit } from './quit.ts';
import { read } from './read.ts';
import { search } from './search.ts';
import { send } from './send.ts';
import { who } from './who.ts';
import { withCommand } from './with.ts';

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  create,
  login,
  list,
  password,
  deleteAccount,
  logout,
  withCommand,
  send,
  deliver,
  conversations,
  history,
  search,
  read,
  who,
  block,
  unblock,
  blocked,
  exportMessages,
  helpOn(() => COMMANDS),
  quit,
];

/** The command with this name or alias. */
export const commandOf = (verb: string): Command | undefined => commandFor(COMMANDS, verb);
