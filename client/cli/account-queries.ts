import { overHttpAs } from '../core/connection.ts';
import { AccountsMatching } from '../core/documents/account.ts';
import { BlockedAccounts } from '../core/documents/block.ts';
import { fieldOf } from '../core/errors.ts';
import type { VariablesOf } from '../core/graphql.ts';
import { PAGE_SIZE, pages } from '../core/pagination.ts';
import type { CliContext } from './context.ts';

/** One page of accounts, as the current session sees them. */
export const accountsPage = (
  { client, current }: CliContext,
  variables: VariablesOf<typeof AccountsMatching>,
) =>
  fieldOf(
    client.query(AccountsMatching, variables, overHttpAs(current.session?.token)),
    'accounts',
  );

/** All accounts that match a term, ordered by username, page by page. */
export const accountsMatching = (context: CliContext, term: string) =>
  pages((after) => accountsPage(context, { matching: term || null, first: PAGE_SIZE, after }));

/** All accounts that the viewer blocks, the last blocked first, page by page. */
export const blockedAccounts = ({ client }: CliContext, token: string) =>
  pages((after) =>
    fieldOf(
      client.query(BlockedAccounts, { first: PAGE_SIZE, after }, overHttpAs(token)),
      'blockedAccounts',
    ),
  );
