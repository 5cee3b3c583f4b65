import { overHttp } from '../../core/connection.ts';
import { CreateAccount } from '../../core/documents/account.ts';
import { dataOf } from '../../core/errors.ts';
import { nameAndPassword } from '../arguments.ts';
import { askNewPassword } from '../ask-password.ts';
import { refusal } from '../errors.ts';
import type { Command } from './command.ts';

export const create: Command = {
  name: 'create',
  usage: 'create NAME [PASSWORD]',
  help: 'create an account',
  needsLogin: false,
  async run(context, rest) {
    const [username, given] = nameAndPassword(rest, this.usage);
    const password = given ?? (await askNewPassword(context, `Password for ${username}`));
    const { createAccount } = await dataOf(
      context.client.mutation(CreateAccount, { input: { username, password } }, overHttp),
    );
    if (createAccount.__typename !== 'CreateAccountSuccess') throw refusal(createAccount);
    context.say({ event: 'created', username: createAccount.account.username });
  },
};
