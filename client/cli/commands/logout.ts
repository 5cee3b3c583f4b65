import { overHttpAs } from '../../core/connection.ts';
import { Logout } from '../../core/documents/session.ts';
import { dataOf } from '../../core/errors.ts';
import { refusal } from '../errors.ts';
import type { Command } from './command.ts';

export const logout: Command = {
  name: 'logout',
  usage: 'logout',
  help: 'end the session',
  needsLogin: true,
  async run({ client, current, say }, _rest, { username, token }) {
    await current.whilePaused(async () => {
      const { logout } = await dataOf(client.mutation(Logout, {}, overHttpAs(token)));
      if (logout.__typename !== 'LogoutSuccess') throw refusal(logout);
    });
    current.leave();
    say({ event: 'loggedOut', username });
  },
};
