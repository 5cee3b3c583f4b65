import { overHttpAs } from '../../core/connection.ts';
import { Login, Logout } from '../../core/documents/session.ts';
import { dataOf } from '../../core/errors.ts';
import type { VariablesOf } from '../../core/graphql.ts';
import { nameAndPassword } from '../arguments.ts';
import { askPassword } from '../ask-password.ts';
import type { CliContext } from '../context.ts';
import { Failure, refusal } from '../errors.ts';
import type { Command } from './command.ts';

type LoginInput = VariablesOf<typeof Login>['input'];

export const login: Command = {
  name: 'login',
  usage: 'login USER [PASSWORD] [--take-over | --join]',
  help: 'log in; if logged in elsewhere, end the other sessions or join them',
  needsLogin: false,
  async run(context, rest) {
    const flag = /(?:^|[ \t])--(?:(take-over)|join)(?=[ \t]|$)/.exec(rest);
    const [username, given] = nameAndPassword(rest.replace(flag?.[0] ?? '', ''), this.usage);
    const password = given ?? (await askPassword(context, `Password for ${username}: `));
    const ifOnline = flag ? (flag[1] ? 'REPLACE' : 'JOIN') : 'REFUSE';
    await logIn(context, { username, password, ifOnline });
  },
};

/** Starts a session before it ends the previous one, so that a wrong password costs nothing. */
async function logIn(context: CliContext, input: LoginInput): Promise<void> {
  const { client, current, say } = context;
  current.startFresh();
  const own = current.savedFor(input.username);
  const { account, token, mailbox } = await current.whilePaused(() =>
    requestLogin(context, input, own?.token),
  );
  for (const previous of new Set([current.session, own])) {
    // The login itself may have ended it, so a failure is ignored.
    if (previous) await client.mutation(Logout, {}, overHttpAs(previous.token)).toPromise();
  }
  current.leave();
  const { username } = account;
  current.enter({ username, token }, mailbox);
  say({ event: 'loggedIn', username, pending: mailbox.pendingCount, continued: false });
}

async function requestLogin(context: CliContext, input: LoginInput, token: string | undefined) {
  const { login } = await dataOf(context.client.mutation(Login, { input }, overHttpAs(token)));
  if (login.__typename === 'LoginSuccess') return login;
  if (login.__typename !== 'AlreadyLoggedInError') throw refusal(login);
  const ifOnline = await askWhetherToJoin(context, input.username);
  return requestLogin(context, { ...input, ifOnline }, token);
}

async function askWhetherToJoin(
  context: CliContext,
  username: string,
): Promise<'REPLACE' | 'JOIN'> {
  const elsewhere = `${username} is logged in elsewhere.`;
  if (!context.interactive) {
    throw new Failure(
      'AlreadyLoggedInError',
      `${elsewhere} Add --take-over to end the other sessions, or --join to keep them.`,
    );
  }
  const answer = await context.ask(`${elsewhere} (t)ake over, (j)oin, or (c)ancel? `);
  if (/^t/i.test(answer.trim())) return 'REPLACE';
  if (/^j/i.test(answer.trim())) return 'JOIN';
  throw new Failure('Cancelled', 'Cancelled.');
}
