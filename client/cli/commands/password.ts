import { overHttpAs } from '../../core/connection.ts';
import { ChangePassword } from '../../core/documents/account.ts';
import { dataOf } from '../../core/errors.ts';
import { twoPasswords } from '../arguments.ts';
import { askNewPassword, askPassword } from '../ask-password.ts';
import { refusal } from '../errors.ts';
import { define } from './command.ts';

export const password = define({
  name: 'password',
  usage: 'password [OLD NEW]',
  help: 'change your password; other clients are logged out',
  needs: [],
  takes: ['currentPassword', 'newPassword'],
  parse(rest) {
    return twoPasswords(rest, this.usage);
  },
  needsLogin: true,
  async run(context, given, session) {
    const { client, current, say } = context;
    const currentPassword =
      given.currentPassword ?? (await askPassword(context, 'Current password: '));
    const newPassword = given.newPassword ?? (await askNewPassword(context, 'New password'));
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
});
