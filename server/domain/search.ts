import type { Messages } from '../../schema/context.ts';
import { RequestError, sessionEnded } from '../../schema/errors.ts';
import type { FoundMessage } from '../../schema/model.ts';
import { searchSegment } from '../store/search.ts';
import { segmentOf } from '../store/search-entry.ts';
import { indexSome, type SearchLog, searchLogOf } from '../store/search-index.ts';
import { wordsOf } from './search-words.ts';
import type { Services } from './services.ts';

/** The most characters of a search. */
const MAX_TERM = 256;

/**
 * Searches an account's messages: first brings its index up to date, then reads it segment by
 * segment, the newest first.
 */
export function searching(services: Services): Messages['search'] {
  const currentLog = indexing(services);
  return async ({ account }, matching, { after, limit }) => {
    if (matching.length > MAX_TERM) {
      throw new RequestError(
        'BAD_USER_INPUT',
        `\`matching\` must have at most ${MAX_TERM} characters.`,
      );
    }
    const words = wordsOf(matching);
    if (words.length === 0) return [];
    const log = await currentLog(account.id);
    const before = Math.min(after ?? Number.POSITIVE_INFINITY, log.entryCount + 1);
    return search(services, log, { words, before, limit });
  };
}

/**
 * Returns a function that brings the index of an account up to date, as of the call, and returns
 * its state. Concurrent calls for an account share the work.
 */
function indexing(services: Services): (accountId: string) => Promise<SearchLog> {
  const { store } = services;
  const running = new Map<string, Promise<void>>();

  function run(accountId: string): Promise<void> {
    const underWay = running.get(accountId);
    if (underWay) return underWay;
    const work = inTurns(services, () => indexSome(store.db, accountId, wordsOf)).finally(() =>
      running.delete(accountId),
    );
    running.set(accountId, work);
    return work;
  }

  async function logOf(accountId: string): Promise<SearchLog> {
    const log = await searchLogOf(store.db, accountId);
    if (!log) throw sessionEnded();
    return log;
  }

  return async (accountId) => {
    let log = await logOf(accountId);
    const { lastPosition, sentCount } = log;
    while (log.receivedThrough < lastPosition || log.sentThrough < sentCount) {
      await run(accountId);
      log = await logOf(accountId);
    }
    return log;
  };
}

async function search(
  services: Services,
  log: SearchLog,
  { words, before, limit }: { words: readonly string[]; before: number; limit: number },
): Promise<FoundMessage[]> {
  const found: FoundMessage[] = [];
  let segment = segmentOf(before - 1);
  await inTurns(services, async () => {
    if (segment < 0) return false;
    const step = { segment, before, limit: limit - found.length, words };
    found.push(...(await searchSegment(services.store.db, log, step)));
    segment -= 1;
    return segment >= 0 && found.length < limit;
  });
  return found;
}

/**
 * Repeats a step until it returns false. Other than with `longWork` alone, the first step takes a
 * turn too: many searches at once hold up nobody.
 */
function inTurns({ longWork }: Services, step: () => Promise<boolean>): Promise<void> {
  let hasTurn = false;
  return longWork(async () => {
    if (hasTurn) return step();
    hasTurn = true;
    return true;
  });
}
