import type { Client } from '@urql/core';
import { Conversation } from '../../core/documents/conversation.ts';
import type { ShownMessage } from '../../core/documents/message.ts';
import { dataOf } from '../../core/errors.ts';
import { PAGE_SIZE } from '../../core/pagination.ts';
import { createStore, type Readable, type Store } from './store.ts';
import {
  EMPTY_THREAD,
  hasGap,
  joinPages,
  type Page,
  type Thread,
  withArrivals,
  withLatest,
} from './thread.ts';

/** The conversations that were opened, by the counterpart's id. */
export interface Threads {
  of(id: string): Readable<Thread>;
  /**
   * Loads the page before the loaded part, and more until there are none or `isEnough`, unless
   * that is under way.
   */
  loadEarlier(id: string, isEnough?: (messages: readonly ShownMessage[]) => boolean): Promise<void>;
  add(id: string, messages: readonly ShownMessage[]): void;
  /**
   * Fills the gap that a lost connection may have left in the open one, and drops the others.
   * Nothing loads before the first call.
   */
  repair(openId: string | undefined): Promise<void>;
}

export function openThreads(client: Client): Threads {
  const threads = new Map<string, Store<Thread>>();
  const loading = new Set<string>();
  let repaired = false;

  async function loadLatest(id: string, thread: Store<Thread>): Promise<void> {
    let latest = await fetchPage(client, id, null);
    while (hasGap(thread.get(), latest))
      latest = joinPages(await fetchPage(client, id, latest.earlier), latest);
    thread.set(withLatest(thread.get(), latest));
  }

  function open(id: string): Store<Thread> {
    const thread = createStore(EMPTY_THREAD);
    threads.set(id, thread);
    // A message that another client acknowledges could miss both a page from before and the stream.
    if (!repaired) return thread;
    // The query waits for the socket, and fails only at the end of the session or on a server
    // fault.
    loadLatest(id, thread).catch(() => threads.delete(id));
    return thread;
  }

  return {
    of: (id) => threads.get(id) ?? open(id),

    async loadEarlier(id, isEnough = () => true) {
      const thread = threads.get(id);
      const before = thread?.get().earlier;
      if (!thread || !before || loading.has(id)) return;
      loading.add(id);
      try {
        let page = await fetchPage(client, id, before);
        while (page.earlier !== null && !isEnough(page.messages))
          page = joinPages(await fetchPage(client, id, page.earlier), page);
        const now = thread.get();
        if (now.earlier === before) thread.set({ ...now, ...joinPages(page, now) });
      } finally {
        loading.delete(id);
      }
    },

    add(id, messages) {
      const thread = threads.get(id);
      thread?.set(withArrivals(thread.get(), messages));
    },

    async repair(openId) {
      repaired = true;
      for (const id of threads.keys()) if (id !== openId) threads.delete(id);
      const thread = openId === undefined ? undefined : threads.get(openId);
      if (openId !== undefined && thread) await loadLatest(openId, thread);
    },
  };
}

async function fetchPage(client: Client, id: string, before: string | null): Promise<Page> {
  const { conversation } = await dataOf(
    client.query(Conversation, { with: id, last: PAGE_SIZE, before }),
  );
  // An account that was deleted before it had any messages has no conversation.
  if (!conversation) return { messages: [], earlier: null };
  const { edges, pageInfo } = conversation.messages;
  return {
    messages: edges.map(({ node }) => node),
    earlier: pageInfo.hasPreviousPage ? pageInfo.startCursor : null,
  };
}
