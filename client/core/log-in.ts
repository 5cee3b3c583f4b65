import { connect, overHttp } from './connection.ts';
import { Login } from './documents/session.ts';
import { dataOf, RefusedError } from './errors.ts';
import type { VariablesOf } from './graphql.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';

/** The login of an account, and what to do with what it receives. */
export interface LogInOptions extends Omit<SessionOptions, 'token'> {
  readonly username: string;
  readonly password: string;
  /**
   * What to do when the account is online: refuse, join the other sessions, or end them.
   * @default 'REFUSE'
   */
  readonly ifOnline?: VariablesOf<typeof Login>['input']['ifOnline'];
}

/**
 * Logs in and starts receiving.
 *
 * @throws {RefusedError} for wrong credentials, too many attempts, or an account that is online.
 * @example
 * const session = await logIn({
 *   url: 'http://127.0.0.1:4000',
 *   username: 'alice',
 *   password: 'correct-horse',
 *   onMessage: ({ senderUsername, text }) => console.log(`${senderUsername}: ${text}`),
 * });
 * await session.send('bob', 'Are you there?');
 */
export async function logIn(options: LogInOptions): Promise<Session> {
  const { url, onRateLimited, username, password, ifOnline } = options;
  const { client } = connect({ url, onRateLimited });
  const input = { username, password, ifOnline };
  const { login } = await dataOf(client.mutation(Login, { input }, overHttp));
  if (login.__typename !== 'LoginSuccess') throw new RefusedError(login.__typename, login.message);
  const session = openSession({ ...options, token: login.token });
  session.listen(login.mailbox);
  return session;
}
