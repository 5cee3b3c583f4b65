import { AccountsMatching, ChangePassword, CreateAccount, DeleteAccount, Logout } from '../core/documents.ts';
import type { ResultOf, VariablesOf } from '../core/graphql.ts';
import type { Chat } from './chat.ts';
import { Failure, refusal } from './failure.ts';
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
      const [username, given] = nameAndPassword(rest, this);
      const password = given ?? (await newPassword(chat, `Password of ${username}`));
      const { createAccount } = await chat.mutate(CreateAccount, { input: { username, password } });
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
      for (let after: string | null = null, more = true; more; ) {
        const page: Accounts = await accounts(chat, { matching: rest.trim() || null, first: 100, after });
        for (const { node } of page.edges) chat.say({ event: 'account', ...node });
        count += page.edges.length;
        after = page.pageInfo.endCursor;
        more = page.pageInfo.hasNextPage;
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
      const [username, given] = nameAndPassword(rest.replace(flag?.[0] ?? '', ''), this);
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
      if (!to || !text) throw wrongUsage(this);
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
      if (!Number.isInteger(count) || count < 1) throw wrongUsage(this);
      session.deliver(count);
    },
  },
  {
    name: 'password',
    usage: 'password [OLD NEW]',
    help: 'change your password, and log every other client out',
    needsLogin: true,
    async run(chat, rest, session) {
      const [, old, next] = /^("[^"]*"|\S+)\s+("[^"]*"|\S+)$/.exec(rest.trim()) ?? [];
      if (rest.trim() && !next) throw wrongUsage(this);
      const currentPassword = old ? unquoted(old) : await askPassword(chat, 'Password until now: ');
      const password = next ? unquoted(next) : await newPassword(chat, 'New password');
      const token = await chat.whileResting(async () => {
        const input = { currentPassword, newPassword: password };
        const { changePassword } = await chat.mutate(ChangePassword, { input }, session.token);
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
      const [username, given] = nameAndPassword(rest, this);
      const password = given ?? (await askPassword(chat, `Password of ${username}, to delete it for good: `));
      const own = chat.sessionOf(username);
      const remove = async () => {
        const input = { username, password };
        const { deleteAccount } = await chat.mutate(DeleteAccount, { input }, own?.token);
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
      await chat.whileResting(() => chat.mutate(Logout, {}, token));
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

/** Completes a verb, or the username behind it: the candidates, and the part of the line that they replace. */
export async function complete(chat: Chat, line: string): Promise<[string[], string]> {
  const [, verb, gap, word = ''] = /^\s*(\S*)(\s*)(\S*)$/.exec(line) ?? [];
  if (verb === undefined) return [[], line];
  if (!gap) return [COMMANDS.map(({ name }) => `${name} `).filter((name) => name.startsWith(verb)), verb];
  const takesUser = COMMANDS.some(({ name, usage }) => name === verb && /^\S+ (USER|\[TERM)/.test(usage));
  if (!takesUser || /[*?]/.test(word)) return [[], line];
  const page = await accounts(chat, { matching: `${word}*`, first: 50 }).catch(() => undefined);
  return [page?.edges.map(({ node }) => `${node.username} `) ?? [], word];
}

/** Whether a line holds a password, and so must not come back when one looks for what one typed before. */
export function isSecret(line: string): boolean {
  const [verb, ...words] = line.trim().split(/\s+/);
  return words.length > 1 && COMMANDS.some(({ name, usage }) => name === verb && /PASSWORD|OLD/.test(usage));
}

type Accounts = ResultOf<typeof AccountsMatching>['accounts'];

async function accounts(chat: Chat, variables: VariablesOf<typeof AccountsMatching>): Promise<Accounts> {
  return (await chat.query(AccountsMatching, variables, chat.session?.token)).accounts;
}

const wrongUsage = ({ usage }: Command): Failure => new Failure('Usage', `Usage: ${usage}`);

/** The rest of the line is the password, spaces and all; quotes around it are not part of it. */
function nameAndPassword(rest: string, command: Command): [name: string, password: string | undefined] {
  const [, name, password] = /^(\S+)(?:\s+(.+))?$/su.exec(rest.trim()) ?? [];
  if (!name) throw wrongUsage(command);
  return [folded(name), password && unquoted(password)];
}

/** As the server folds a username: it is compared with names that come from there. */
const folded = (username: string): string => username.normalize('NFKC').toLowerCase();

const unquoted = (text: string): string => /^"(.*)"$/su.exec(text)?.[1] ?? text;

function askPassword(chat: Chat, question: string): Promise<string> {
  if (!chat.interactive) throw new Failure('PasswordMissing', 'Without a terminal the password has to be on the line.');
  return chat.ask(question, true);
}

/** Asks twice: one cannot see what one types. */
async function newPassword(chat: Chat, question: string): Promise<string> {
  const password = await askPassword(chat, `${question}: `);
  if ((await chat.ask('Once more: ', true)) !== password) throw new Failure('Cancelled', 'These were two passwords.');
  return password;
}
