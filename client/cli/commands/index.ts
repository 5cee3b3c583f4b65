import type { Command } from './command.ts';
import { conversations } from './conversations.ts';
import { create } from './create.ts';
import { deleteAccount } from './delete.ts';
import { deliver } from './deliver.ts';
import { exportMessages } from './export.ts';
import { helpOn } from './help.ts';
import { history } from './history.ts';
import { list } from './list.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { password } from './password.ts';
import { quit } from './quit.ts';
import { read } from './read.ts';
import { send } from './send.ts';
import { who } from './who.ts';

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  create,
  login,
  list,
  password,
  deleteAccount,
  logout,
  send,
  deliver,
  conversations,
  history,
  read,
  who,
  exportMessages,
  helpOn(() => COMMANDS),
  quit,
];
