import { useQuery } from 'urql';
import type { ShownMessage } from '../../core/documents/message.ts';
import { MessagesMatching } from '../../core/documents/search.ts';
import { usePaused } from './usePaused.ts';

const PAGE_SIZE = 20;
/** The longest text that the server searches for. */
const MAX_LENGTH = 256;

/** The newest of the viewer's messages that match a term. */
export interface FoundMessages {
  readonly messages: readonly ShownMessage[];
  readonly ready: boolean;
  readonly hasMore: boolean;
}

/** Searches the viewer's messages; without a term it finds none. */
export function useMessages(term: string): FoundMessages {
  const matching = usePaused(term).slice(0, MAX_LENGTH);
  const [{ data, fetching }] = useQuery({
    query: MessagesMatching,
    variables: { matching, first: PAGE_SIZE },
    pause: matching === '',
  });
  const found = term === '' || matching === '' ? null : data?.messages;
  return {
    messages: found?.edges.map(({ node }) => node) ?? [],
    ready: !fetching && matching === term.slice(0, MAX_LENGTH),
    hasMore: found?.pageInfo.hasNextPage ?? false,
  };
}
