import { overHttpAs } from '../../core/connection.ts';
import { BlockAccount, UnblockAccount } from '../../core/documents/block.ts';
import { dataOf } from '../../core/errors.ts';
import { onlyWord } from '../arguments.ts';
import { refusal } from '../errors.ts';
import { define } from './command.ts';

export const block = define({
  name: 'block',
  usage: 'block USER',
  help: 'refuse what USER sends, and hide from USER',
  details: 'A message from USER fails. USER does not see whether you are online or have read.',
  needs: ['account'],
  takes: [],
  parse(rest) {
    return { account: onlyWord(rest, this.usage) };
  },
  needsLogin: true,
  async run({ client, say }, input, { token }) {
    const { blockAccount: result } = await dataOf(
      client.mutation(BlockAccount, { input }, overHttpAs(token)),
    );
    if (result.__typename !== 'BlockAccountSuccess') throw refusal(result);
    say({ event: 'blocked', username: result.account.username, blocked: true });
  },
});

export const unblock = define({
  name: 'unblock',
  usage: 'unblock USER',
  help: 'end the block of USER',
  needs: ['account'],
  takes: [],
  parse(rest) {
    return { account: onlyWord(rest, this.usage) };
  },
  needsLogin: true,
  async run({ client, say }, input, { token }) {
    const { unblockAccount: result } = await dataOf(
      client.mutation(UnblockAccount, { input }, overHttpAs(token)),
    );
    if (result.__typename !== 'UnblockAccountSuccess') throw refusal(result);
    say({ event: 'blocked', username: result.account.username, blocked: false });
  },
});
