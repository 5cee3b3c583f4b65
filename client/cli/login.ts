import { overHttpAs } from '../core/connection.ts';
import { Login, Logout } from '../core/documents/session.ts';
import { dataOf } from '../core/errors.ts';
import type { VariablesOf } from '../core/graphql.ts';
import type { CliContext } from './context.ts';
import { Failure, refusal } from './errors.ts';
import { resumePointAt } from './session.ts';

type LoginInput = VariablesOf<typeof Login>['input'];

/** Begins a session, and only then ends the one before: a wrong password costs nothing. */
export async function logIn(chat: CliContext, input: LoginInput): Promise<void> {
  chat.startFresh();
  const own = chat.sessionOf(input.username);
  const { account, token, mailbox } = await chat.whilePaused(() => ask(chat, input, own?.token));
  for (const over of new Set([chat.session, own])) {
    // It may have ended by the login itself.
    if (over) await chat.client.mutation(Logout, {}, overHttpAs(over.token)).toPromise();
  }
  chat.leave();
  const { username } = account;
  chat.enter({ username, token }, resumePointAt(mailbox));
  chat.say({ event: 'loggedIn', username, pending: mailbox.pendingCount, continued: false });
}

async function ask(chat: CliContext, input: LoginInput, token: string | undefined) {
  const { login } = await dataOf(chat.client.mutation(Login, { input }, overHttpAs(token)));
  if (login.__typename === 'LoginSuccess') return login;
  if (login.__typename !== 'AlreadyLoggedInError') throw refusal(login);
  return ask(chat, { ...input, ifOnline: await askWhetherToJoin(chat, input.username) }, token);
}

async function askWhetherToJoin(chat: CliContext, username: string): Promise<'REPLACE' | 'JOIN'> {
  const elsewhere = `${username} is online elsewhere.`;
  if (!chat.interactive) {
    throw new Failure(
      'AlreadyLoggedInError',
      `${elsewhere} Add --take-over to log the others out, or --join.`,
    );
  }
  const answer = await chat.ask(`${elsewhere} Take over, join them, or leave it? [t/j/l] `);
  if (/^t/i.test(answer.trim())) return 'REPLACE';
  if (/^j/i.test(answer.trim())) return 'JOIN';
  throw new Failure('Cancelled', 'Left as it is.');
}
