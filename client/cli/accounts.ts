import { dataOf, onceAs } from '../core/connect.ts';
import { AccountsMatching } from '../core/documents.ts';
import type { ResultOf, VariablesOf } from '../core/graphql.ts';
import type { Chat } from './chat.ts';

type Page = ResultOf<typeof AccountsMatching>['accounts'];

/** One page of accounts, as whoever is logged in sees them. */
export async function accountsPage(chat: Chat, variables: VariablesOf<typeof AccountsMatching>): Promise<Page> {
  const { client, session } = chat;
  return (await dataOf(client.query(AccountsMatching, variables, onceAs(session?.token)))).accounts;
}

/** All accounts that match a term, in order of username. */
export async function* accountsMatching(chat: Chat, term: string) {
  let after: string | null = null;
  do {
    const { edges, pageInfo }: Page = await accountsPage(chat, { matching: term || null, first: 100, after });
    for (const { node } of edges) yield node;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
}
