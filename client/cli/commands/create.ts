import { overHttp } from '../../core/connection.ts';
import { CreateAccount } from '../../core/documents/account.ts';
import { dataOf } from '../../core/errors.ts';
import { folded, nameAndPassword } from '../arguments.ts';
import { askNewPassword } from '../ask-password.ts';
import { refusal } from '../errors.ts';
import { define } from './command.ts';
import { logIn } from './login.ts';

export const create = define({
  name: 'create',
  usage: 'create NAME [PASSWORD]',
  help: 'create an account, and log in to it',
  details:
    'Without a password on the line you are asked for it. If you are logged in, you stay so as you are.',
  needs: ['username'],
  takes: ['password'],
  parse(rest) {
    return nameAndPassword(rest, this.usage);
  },
  needsLogin: false,
  async run(context, { username: typed, password: given }) {
    const username = folded(typed);
    const password =
      given ??
      (await context.givenPassword()) ??
      (await askNewPassword(context, `Password for ${username}`));
    const { createAccount } = await dataOf(
      context.client.mutation(CreateAccount, { input: { username, password } }, overHttp),
    );
    if (createAccount.__typename !== 'CreateAccountSuccess') throw refusal(createAccount);
    const { username: name } = createAccount.account;
    const loggingIn = context.current.identity() === undefined;
    context.say({ event: 'created', username: name, loggingIn });
    if (loggingIn) await logIn(context, { username: name, password, ifOnline: 'REFUSE' });
  },
});
