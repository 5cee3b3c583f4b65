import { dataOf, ONCE, onceAs } from '../core/connect.ts';
import { ChangePassword, CreateAccount, DeleteAccount, Logout } from '../core/documents.ts';
import { accountsMatching } from './accounts.ts';
import type { Chat } from './chat.ts';
import { askNewPassword, askPassword, nameAndPassword, twoPasswords } from './credentials.ts';
import { Failure, refusal, wrongUsage } from './failure.ts';
import { logIn } from './login.ts';
import { FIRST, type Session, shown } from './session.ts';

interface About {
  readonly name: string;
  readonly usage: string;
  readonly help: string;
}
/** One verb. Help, completion and the check of who may use it are all read off here. */
export type Command = About &
  (
    | { readonly needsLogin: false; run(chat: Chat, rest: string): void | Promise<void> }
    | { readonly needsLogin: true; run(chat: Chat, rest: string, session: Session): void | Promise<void> }
  );

export const COMMANDS: readonly Command[] = [
  {
    name: 'create',
    usage: 'create NAME [PASSWORD]',
    help: 'create an account',
    needsLogin: false,
    async run(chat, rest) {
      const [username, given] = nameAndPassword(rest, this.usage);
      const password = given ?? (await askNewPassword(chat, `Password of ${username}`));
      const { createAccount } = await dataOf(
        chat.client.mutation(CreateAccount, { input: { username, password } }, ONCE),
      );
      if (createAccount.__typename !== 'CreateAccountSuccess') throw refusal(createAccount);
      chat.say({ event: 'created', username: createAccount.account.username });
    },
  },
  {
    name: 'list',
    usage: 'list [TERM]',
    help: 'accounts whose username contains TERM; * and ? stand for others: al*, a?a',
    needsLogin: false,
    async run(chat, rest) {
      let count = 0;
      for await (const { username, online } of accountsMatching(chat, rest.trim())) {
        chat.say({ event: 'account', username, online });
        count += 1;
      }
      chat.say({ event: 'listed', count });
    },
  },
  {
    name: 'login',
    usage: 'login USER [PASSWORD] [--take-over | --join]',
    help: 'log in; when the account is online elsewhere, end the others or join them',
    needsLogin: false,
    async run(chat, rest) {
      const flag = /(?:^|\s)--(take-over|join)(?=\s|$)/.exec(rest);
      const [username, given] = nameAndPassword(rest.replace(flag?.[0] ?? '', ''), this.usage);
      const password = given ?? (await askPassword(chat, `Password of ${username}: `));
      const ifOnline = flag ? IF_ONLINE[flag[1] as keyof typeof IF_ONLINE] : 'REFUSE';
      await logIn(chat, { username, password, ifOnline });
    },
  },
  {
    name: 'send',
    usage: 'send USER TEXT…',
    help: 'send a message, to somebody online or not',
    needsLogin: true,
    run(_chat, rest, session) {
      const [, to, text] = /^(\S+)\s(.+)$/su.exec(rest) ?? [];
      if (!to || !text) throw wrongUsage(this.usage);
      session.send(to, text);
    },
  },
  {
    name: 'deliver',
    usage: 'deliver [N]',
    help: `show the next N of the messages that wait, ${FIRST} unless told`,
    needsLogin: true,
    run(_chat, rest, session) {
      const count = rest.trim() === '' ? FIRST : Number(rest);
      if (!Number.isInteger(count) || count < 1) throw wrongUsage(this.usage);
      session.deliver(count);
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
      const token = await chat.whileResting(async () => {
        const input = { currentPassword, newPassword };
        const { changePassword } = await dataOf(chat.client.mutation(ChangePassword, { input }, onceAs(session.token)));
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
      const password = given ?? (await askPassword(chat, `Password of ${username}, to delete it for good: `));
      const own = chat.sessionOf(username);
      const remove = async () => {
        const input = { username, password };
        const { deleteAccount } = await dataOf(chat.client.mutation(DeleteAccount, { input }, onceAs(own?.token)));
        if (deleteAccount.__typename !== 'DeleteAccountSuccess') throw refusal(deleteAccount);
        return deleteAccount;
      };
      const present = own !== undefined && own === chat.session;
      const { undelivered } = present ? await chat.whileResting(remove) : await remove();
      if (present) chat.leave();
      else if (own) chat.forget(own);
      chat.say({ event: 'deleted', username, undelivered: undelivered.length });
      for (const message of undelivered) chat.say(shown(message));
    },
  },
  {
    name: 'logout',
    usage: 'logout',
    help: 'end the session',
    needsLogin: true,
    async run(chat, _rest, { username, token }) {
      await chat.whileResting(() => dataOf(chat.client.mutation(Logout, {}, onceAs(token))));
      chat.leave();
      chat.say({ event: 'loggedOut', username });
    },
  },
  {
    name: 'help',
    usage: 'help',
    help: 'this list',
    needsLogin: false,
    run(chat) {
      for (const { usage, help } of COMMANDS) chat.say({ event: 'help', usage, help });
    },
  },
  {
    name: 'quit',
    usage: 'quit',
    help: 'leave; the next start continues the session',
    needsLogin: false,
    run: (chat) => chat.quit(),
  },
];

const IF_ONLINE = { 'take-over': 'REPLACE', join: 'JOIN' } as const;

/** Does what a line says, and says why when that cannot be done. */
export async function perform(chat: Chat, line: string): Promise<void> {
  const [, verb, rest = ''] = /^\s*(\S+)\s*(.*)$/su.exec(line) ?? [];
  if (verb === undefined) return;
  await chat.attempt(async () => {
    const command = COMMANDS.find(({ name }) => name === verb);
    if (!command) throw new Failure('UnknownCommand', `There is no command ${verb}. For the commands, type: help`);
    if (!command.needsLogin) return command.run(chat, rest);
    const session = await chat.resume();
    if (!session) throw new Failure('UNAUTHENTICATED', 'You are not logged in. Log in with: login USER');
    await command.run(chat, rest, session);
  });
}
