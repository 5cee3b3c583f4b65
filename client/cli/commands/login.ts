import { overHttpAs } from '../../core/connection.ts';
import { Login, Logout } from '../../core/documents/session.ts';
import { dataOf } from '../../core/errors.ts';
import type { VariablesOf } from '../../core/graphql.ts';
import { folded, nameAndPassword } from '../arguments.ts';
import { askPassword } from '../ask-password.ts';
import type { CliContext } from '../context.ts';
import { Failure, refusal } from '../errors.ts';
import { define } from './command.ts';

type LoginInput = VariablesOf<typeof Login>['input'];

const IF_ONLINE = ['REFUSE', 'REPLACE', 'JOIN'] as const;
const isIfOnline = (value: string): value is (typeof IF_ONLINE)[number] =>
  IF_ONLINE.some((known) => known === value);

export const login = define({
  name: 'login',
  usage: 'login USER [PASSWORD]',
  help: 'log in',
  details:
    'Without a password on the line you are asked for it. If USER is logged in elsewhere, --take-over ends the other sessions, and --join keeps them.',
  needs: ['username'],
  takes: ['password', 'ifOnline'],
  parse(rest) {
    const flag = /(?:^|[ \t])--(?:(take-over)|join)(?=[ \t]|$)/.exec(rest);
    const ifOnline = flag ? (flag[1] ? 'REPLACE' : 'JOIN') : 'REFUSE';
    return { ...nameAndPassword(rest.replace(flag?.[0] ?? '', ''), this.usage), ifOnline };
  },
  needsLogin: false,
  async run(context, { username: typed, password: given, ifOnline = 'REFUSE' }) {
    if (!isIfOnline(ifOnline))
      throw new Failure('Usage', `ifOnline must be one of ${IF_ONLINE.join(', ')}.`);
    const username = folded(typed);
    const password =
      given ??
      (await context.givenPassword()) ??
      (await askPassword(context, `Password for ${username}: `));
    await logIn(context, { username, password, ifOnline });
  },
});

/** Starts a session before it ends the previous one, so that a wrong password costs nothing. */
export async function logIn(context: CliContext, input: LoginInput): Promise<void> {
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
  if (!context.canAsk) {
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
