import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { AccountsMatching } from '../../core/documents/account.ts';
import type { Account } from '../state/people.ts';

/** A person types on; the server is asked when they pause. */
const PAUSE_MS = 150;
const MOST = 50;

/**
 * The accounts that match a term, the first of all without one. The last answer stays until the
 * next has come.
 */
export function useAccounts(term: string) {
  const [matching, setMatching] = useState(term);
  useEffect(() => {
    const pause = setTimeout(() => setMatching(term), term === '' ? 0 : PAUSE_MS);
    return () => clearTimeout(pause);
  }, [term]);
  const [{ data, error }, refresh] = useQuery({
    query: AccountsMatching,
    variables: { matching, first: MOST },
  });
  useEffect(() => {
    // Somebody may have come while one was away.
    window.addEventListener('focus', refresh);
    return () => window.removeEventListener('focus', refresh);
  }, [refresh]);
  const accounts: readonly Account[] = data?.accounts.edges.map(({ node }) => node) ?? [];
  return {
    accounts,
    refresh: () => refresh(),
    ready: data !== undefined && matching === term,
    more: data?.accounts.pageInfo.hasNextPage ?? false,
    error: error?.graphQLErrors[0]?.message,
  };
}
