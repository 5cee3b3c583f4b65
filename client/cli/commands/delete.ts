import { overHttpAs } from '../../core/connection.ts';
import { DeleteAccount } from '../../core/documents/account.ts';
import { dataOf } from '../../core/errors.ts';
import { folded, nameAndPassword } from '../arguments.ts';
import { askPassword } from '../ask-password.ts';
import type { CliContext } from '../context.ts';
import { Failure, refusal } from '../errors.ts';
import { written } from '../event.ts';
import { define } from './command.ts';

export const deleteAccount = define({
  name: 'delete',
  usage: 'delete USER [PASSWORD]',
  help: 'delete an account and print its undelivered messages',
  details:
    'The account and its mailbox are deleted permanently. Messages that it sent stay with their recipients.',
  needs: ['username'],
  takes: ['password'],
  parse(rest) {
    return nameAndPassword(rest, this.usage);
  },
  needsLogin: false,
  async run(context, { username: typed, password: given }) {
    const { current, say } = context;
    const username = folded(typed);
    const question = `Password for ${username} (deletes the account permanently): `;
    const password =
      given ?? (await context.givenPassword()) ?? (await askPassword(context, question));
    const own = current.savedFor(username);
    const isCurrent = own !== undefined && own === current.session;
    const remove = () => requestDeletion(context, { username, password }, own?.token);
    const { undelivered, undeliveredCount } = isCurrent
      ? await current.whilePaused(remove)
      : await remove();
    if (isCurrent) current.leave();
    else if (own) current.forget(own);
    const shown = undelivered.length;
    say({ event: 'deleted', username, undelivered: undeliveredCount, shown });
    for (const message of undelivered)
      say({ event: 'message', ...written(message), position: message.position });
  },
});

async function requestDeletion(
  { client }: CliContext,
  input: { username: string; password: string },
  token: string | undefined,
) {
  const { deleteAccount } = await dataOf(
    client.mutation(DeleteAccount, { input }, overHttpAs(token)),
  );
  if (deleteAccount.__typename === 'DeleteAccountSuccess') return deleteAccount;
  if (deleteAccount.__typename !== 'AlreadyLoggedInError') throw refusal(deleteAccount);
  throw new Failure(
    deleteAccount.__typename,
    `${input.username} is logged in elsewhere. Log out there first.`,
  );
}
