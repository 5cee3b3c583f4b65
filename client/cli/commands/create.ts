import { overHttp } from '../../core/connection.ts';
import { CreateAccount } from '../../core/documents/account.ts';
import { Registration } from '../../core/documents/server.ts';
import { dataOf } from '../../core/errors.ts';
import { folded, nameAndPassword } from '../arguments.ts';
import { askNewPassword } from '../ask-password.ts';
import type { CliContext } from '../context.ts';
import { refusal } from '../errors.ts';
import { define } from './command.ts';
import { logIn } from './login.ts';

export const create = define({
  name: 'create',
  usage: 'create NAME [PASSWORD]',
  help: 'create an account, and log in to it',
  details:
    'Without a password on the line you are asked for it. If you are logged in, you stay so as you are. Where new accounts need an invitation, `create NAME --invitation CODE [PASSWORD]` gives its code.',
  needs: ['username'],
  takes: ['password', 'invitationCode'],
  parse(rest) {
    // Only after the name: a password on the line may contain anything.
    const flag = /^([ \t]*[^ \t]+)[ \t]+--invitation[ \t]+([^ \t]+)/.exec(rest);
    if (!flag) return nameAndPassword(rest, this.usage);
    const [given, name = '', invitationCode = ''] = flag;
    return { ...nameAndPassword(name + rest.slice(given.length), this.usage), invitationCode };
  },
  needsLogin: false,
  async run(context, { username: typed, password: given, invitationCode: code }) {
    const username = folded(typed);
    const password =
      given ??
      (await context.givenPassword()) ??
      (await askNewPassword(context, `Password for ${username}`));
    const invitationCode = code ?? (await askInvitation(context));
    const input = { username, password, ...(invitationCode && { invitationCode }) };
    const { createAccount } = await dataOf(
      context.client.mutation(CreateAccount, { input }, overHttp),
    );
    if (createAccount.__typename !== 'CreateAccountSuccess') throw refusal(createAccount);
    const { username: name } = createAccount.account;
    const loggingIn = context.current.identity() === undefined;
    context.say({ event: 'created', username: name, loggingIn });
    if (loggingIn) await logIn(context, { username: name, password, ifOnline: 'REFUSE' });
  },
});

/** Asks for the code of an invitation at a terminal, if the server needs one. */
async function askInvitation(context: CliContext): Promise<string | undefined> {
  if (!context.canAsk) return undefined;
  // A server of a version before has no such field, and needs no invitation.
  const { data } = await context.client.query(Registration, {}, overHttp).toPromise();
  return data?.server.registration === 'INVITE' ? context.ask('Invitation code: ') : undefined;
}
