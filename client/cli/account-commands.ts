import { overHttp, overHttpAs } from '../core/connection.ts';
import { ChangePassword, CreateAccount, DeleteAccount } from '../core/documents/account.ts';
import { Logout } from '../core/documents/session.ts';
import { dataOf } from '../core/errors.ts';
import { accountsMatching } from './accounts.ts';
import type { Command } from './command.ts';
import { askNewPassword, askPassword, nameAndPassword, twoPasswords } from './credentials.ts';
import { refusal } from './errors.ts';
import { written } from './event.ts';
import { logIn } from './login.ts';
import { trimmed } from './words.ts';

/** What one does with accounts, and with the session of one. */
export const ACCOUNT_COMMANDS: readonly Command[] = [
  {
    name: 'create',
    usage: 'create NAME [PASSWORD]',
    help: 'create an account',
    needsLogin: false,
    async run(chat, rest) {
      const [username, given] = nameAndPassword(rest, this.usage);
      const password = given ?? (await askNewPassword(chat, `Password of ${username}`));
      const { createAccount } = await dataOf(
        chat.client.mutation(CreateAccount, { input: { username, password } }, overHttp),
      );
      if (createAccount.__typename !== 'CreateAccountSuccess') throw refusal(createAccount);
      chat.say({ event: 'created', username: createAccount.account.username });
    },
  },
  {
    name: 'login',
    usage: 'login USER [PASSWORD] [--take-over | --join]',
    help: 'log in; when the account is online elsewhere, end the others or join them',
    needsLogin: false,
    async run(chat, rest) {
      const flag = /(?:^|[ \t])--(take-over|join)(?=[ \t]|$)/.exec(rest);
      const [username, given] = nameAndPassword(rest.replace(flag?.[0] ?? '', ''), this.usage);
      const password = given ?? (await askPassword(chat, `Password of ${username}: `));
      const ifOnline = flag ? IF_ONLINE[flag[1] as keyof typeof IF_ONLINE] : 'REFUSE';
      await logIn(chat, { username, password, ifOnline });
    },
  },
  {
    name: 'list',
    usage: 'list [TERM]',
    help: 'accounts whose username contains TERM; * and ? stand for others: al*, a?a',
    needsLogin: false,
    async run(chat, rest) {
      let count = 0;
      for await (const page of accountsMatching(chat, trimmed(rest))) {
        for (const { username, online } of page) chat.say({ event: 'account', username, online });
        count += page.length;
      }
      chat.say({ event: 'listed', count, of: 'account' });
    },
  },
  {
    name: 'password',
    usage: 'password [OLD NEW]',
    help: 'change your password, and log every other client out',
    needsLogin: true,
    async run(chat, rest, session) {
      const given = twoPasswords(rest, this.usage);
      const currentPassword = given?.[0] ?? (await askPassword(chat, 'Password until now: '));
      const newPassword = given?.[1] ?? (await askNewPassword(chat, 'New password'));
      const token = await chat.whilePaused(async () => {
        const input = { currentPassword, newPassword };
        const { changePassword } = await dataOf(
          chat.client.mutation(ChangePassword, { input }, overHttpAs(session.token)),
        );
        if (changePassword.__typename !== 'ChangePasswordSuccess') throw refusal(changePassword);
        return changePassword.token;
      });
      const { username, bookmark } = session;
      session.close();
      chat.enter({ username, token }, bookmark);
      chat.say({ event: 'passwordChanged', username });
    },
  },
  {
    name: 'delete',
    usage: 'delete USER [PASSWORD]',
    help: 'delete an account for good; what still waited for it is shown',
    needsLogin: false,
    async run(chat, rest) {
      const [username, given] = nameAndPassword(rest, this.usage);
      const password =
        given ?? (await askPassword(chat, `Password of ${username}, to delete it for good: `));
      const own = chat.sessionOf(username);
      const remove = async () => {
        const input = { username, password };
        const { deleteAccount } = await dataOf(
          chat.client.mutation(DeleteAccount, { input }, overHttpAs(own?.token)),
        );
        if (deleteAccount.__typename !== 'DeleteAccountSuccess') throw refusal(deleteAccount);
        return deleteAccount;
      };
      const present = own !== undefined && own === chat.session;
      const { undelivered, undeliveredCount } = present
        ? await chat.whilePaused(remove)
        : await remove();
      if (present) chat.leave();
      else if (own) chat.forget(own);
      chat.say({
        event: 'deleted',
        username,
        undelivered: undeliveredCount,
        shown: undelivered.length,
      });
      for (const message of undelivered)
        chat.say({ event: 'message', ...written(message), position: message.position });
    },
  },
  {
    name: 'logout',
    usage: 'logout',
    help: 'end the session',
    needsLogin: true,
    async run(chat, _rest, { username, token }) {
      await chat.whilePaused(() => dataOf(chat.client.mutation(Logout, {}, overHttpAs(token))));
      chat.leave();
      chat.say({ event: 'loggedOut', username });
    },
  },
];

const IF_ONLINE = { 'take-over': 'REPLACE', join: 'JOIN' } as const;
