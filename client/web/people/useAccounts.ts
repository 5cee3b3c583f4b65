import { useEffect } from 'react';
import { useQuery } from 'urql';
import { AccountsMatching } from '../../core/documents/account.ts';
import type { Account } from '../state/account.ts';
import { usePaused } from './usePaused.ts';

const PAGE_SIZE = 50;

/** The accounts that match a term. The last answer is kept until the next one arrives. */
export interface FoundAccounts {
  readonly accounts: readonly Account[];
  readonly refresh: () => void;
  /** Whether the accounts are those of the current term. */
  readonly ready: boolean;
  readonly hasMore: boolean;
  readonly error: string | undefined;
}

/** Searches for accounts; without a term it finds the first ones by username. */
export function useAccounts(term: string): FoundAccounts {
  const matching = usePaused(term);
  const [{ data, error, fetching }, refresh] = useQuery({
    query: AccountsMatching,
    variables: { matching, first: PAGE_SIZE },
  });
  useEffect(() => {
    // Accounts may have been created while the window was in the background.
    window.addEventListener('focus', refresh);
    return () => window.removeEventListener('focus', refresh);
  }, [refresh]);
  return {
    accounts: data?.accounts.edges.map(({ node }) => node) ?? [],
    refresh: () => refresh(),
    ready: data !== undefined && !fetching && matching === term,
    hasMore: data?.accounts.pageInfo.hasNextPage ?? false,
    error: error?.graphQLErrors[0]?.message,
  };
}
