import { CreateAccount } from '../client/core/documents/account.ts';
import { Login } from '../client/core/documents/session.ts';
import { testClientAt } from '../test/support/test-client.ts';

/** The password of all accounts here. */
export const PASSWORD = 'correct horse';

/** Logs in one more client of an account, and returns its token. */
export async function login(url: string, username: string): Promise<string> {
  const { login } = await testClientAt(url).ask(Login, {
    input: { username, password: PASSWORD, ifOnline: 'JOIN' },
  });
  if (login.__typename !== 'LoginSuccess') throw new Error(login.message);
  return login.token;
}

/** Creates an account, logs in, and returns the token. */
export async function signUp(url: string, username: string): Promise<string> {
  const { createAccount } = await testClientAt(url).ask(CreateAccount, {
    input: { username, password: PASSWORD },
  });
  if (createAccount.__typename !== 'CreateAccountSuccess') throw new Error(createAccount.message);
  return login(url, username);
}
