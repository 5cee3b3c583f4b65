import { overHttpAs } from '../../core/connection.ts';
import { ChangePassword } from '../../core/documents/account.ts';
import { dataOf } from '../../core/errors.ts';
import { twoPasswords } from '../arguments.ts';
import { askNewPassword, askPassword } from '../ask-password.ts';
import { refusal } from '../errors.ts';
import type { Command } from './command.ts';

export const password: Command = {
  name: 'password',
  usage: 'password [OLD NEW]',
  help: 'change your password; other clients are logged out',
  needsLogin: true,
  async run(context, rest, session) {
    const { client, current, say } = context;
    const given = twoPasswords(rest, this.usage);
    const currentPassword = given?.[0] ?? (await askPassword(context, 'Current password: '));
    const newPassword = given?.[1] ?? (await askNewPassword(context, 'New password'));
    const token = await current.whilePaused(async () => {
      const input = { currentPassword, newPassword };
      const { changePassword } = await dataOf(
        client.mutation(ChangePassword, { input }, overHttpAs(session.token)),
      );
      if (changePassword.__typename !== 'ChangePasswordSuccess') throw refusal(changePassword);
      return changePassword.token;
    });
    const { username, resumePoint } = session;
    session.close();
    current.enter({ username, token }, resumePoint);
    say({ event: 'passwordChanged', username });
  },
};
