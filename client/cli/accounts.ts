import { overHttpAs } from '../core/connection.ts';
import { AccountsMatching } from '../core/documents/account.ts';
import { dataOf } from '../core/errors.ts';
import type { VariablesOf } from '../core/graphql.ts';
import { PAGE_SIZE, pages } from '../core/pagination.ts';
import type { CliContext } from './context.ts';

/** One page of accounts, as whoever is logged in sees them. */
export async function accountsPage(
  chat: CliContext,
  variables: VariablesOf<typeof AccountsMatching>,
) {
  const { client, session } = chat;
  return (await dataOf(client.query(AccountsMatching, variables, overHttpAs(session?.token))))
    .accounts;
}

/** All accounts that match a term, in order of username, page by page. */
export const accountsMatching = (chat: CliContext, term: string) =>
  pages((after) => accountsPage(chat, { matching: term || null, first: PAGE_SIZE, after }));
