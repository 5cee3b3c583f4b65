import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Quota } from './quota.ts';

/**
 * Total characters of the documents that stay parsed. A syntax tree takes some fifty times its
 * source, so a cache limited by entries could take hundreds of megabytes for 300 large documents.
 */
const MAX_CACHED_CHARACTERS = 500_000;

export type DocumentCache = ReturnType<typeof documentCache>;

/** Caches parsed documents by source, and the errors of those that do not parse. */
export const documentCache = () => ({
  documentCache: bySource<DocumentNode>(),
  errorCache: bySource<Error>(),
});

const bySource = <Value extends object>() =>
  new LRUCache<string, Value>({
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: (_value, source) => source.length + 1,
  });

/** Waits for the sender's turn of the event loop if a document has yet to be parsed. */
export async function waitToParse(
  { documentCache, errorCache }: DocumentCache,
  query: unknown,
  { nextTurn }: Quota,
): Promise<void> {
  if (typeof query !== 'string' || documentCache.has(query) || errorCache.has(query)) return;
  await nextTurn();
}
