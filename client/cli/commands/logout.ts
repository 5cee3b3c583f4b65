import { overHttpAs } from '../../core/connection.ts';
import { Logout } from '../../core/documents/session.ts';
import { dataOf } from '../../core/errors.ts';
import { refusal } from '../errors.ts';
import { define, NO_INPUT } from './command.ts';

export const logout = define({
  name: 'logout',
  usage: 'logout',
  help: 'end the session',
  ...NO_INPUT,
  needsLogin: true,
  async run({ client, current, say }, _input, { username, token }) {
    await current.whilePaused(async () => {
      const { logout } = await dataOf(client.mutation(Logout, {}, overHttpAs(token)));
      if (logout.__typename !== 'LogoutSuccess') throw refusal(logout);
    });
    current.leave();
    say({ event: 'loggedOut', username });
  },
});
