import type { Client } from '@urql/core';
import { Conversation } from '../../core/documents/conversation.ts';
import type { ShownMessage } from '../../core/documents/message.ts';
import { dataOf } from '../../core/errors.ts';
import { PAGE_SIZE } from '../../core/pagination.ts';
import { createStore, type Readable, type Store } from './store.ts';

/** The loaded part of a conversation: its end, without gaps, as far back as was asked for. */
export interface Thread {
  /** Whether the first page has loaded. */
  readonly ready: boolean;
  /** Oldest first. */
  readonly messages: readonly ShownMessage[];
  /** The cursor of the page before, or null if there is none. */
  readonly earlier: string | null;
}

/** The conversations that were opened, by the counterpart's id. */
export interface Threads {
  of(id: string): Readable<Thread>;
  /** Loads the page before the loaded part, unless that is under way. */
  loadEarlier(id: string): Promise<void>;
  add(id: string, messages: readonly ShownMessage[]): void;
  /**
   * Fills the gap that a lost connection may have left in the open one, and drops the others.
   * Nothing loads before the first call.
   */
  repair(openId: string | undefined): Promise<void>;
}

const NONE: Thread = { ready: false, messages: [], earlier: null };

export function openThreads(client: Client): Threads {
  const threads = new Map<string, Store<Thread>>();
  const loading = new Set<string>();
  let repaired = false;

  async function loadLatest(id: string, thread: Store<Thread>): Promise<void> {
    const latest = await fetchPage(client, id, null);
    thread.set(withLatest(thread.get(), latest));
  }

  function open(id: string): Store<Thread> {
    const thread = createStore(NONE);
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

    async loadEarlier(id) {
      const thread = threads.get(id);
      const before = thread?.get().earlier;
      if (!thread || !before || loading.has(id)) return;
      loading.add(id);
      try {
        const { messages, earlier } = await fetchPage(client, id, before);
        const now = thread.get();
        if (now.earlier === before)
          thread.set({ ...now, messages: [...messages, ...now.messages], earlier });
      } finally {
        loading.delete(id);
      }
    },

    add(id, messages) {
      const thread = threads.get(id);
      if (!thread) return;
      const now = thread.get();
      const [oldest] = now.messages;
      // A message before the loaded part comes with its page.
      const fitting =
        now.earlier && oldest ? messages.filter((message) => message.id > oldest.id) : messages;
      thread.set({ ...now, messages: merge(now.messages, fitting) });
    },

    async repair(openId) {
      repaired = true;
      for (const id of threads.keys()) if (id !== openId) threads.delete(id);
      const thread = openId === undefined ? undefined : threads.get(openId);
      if (openId !== undefined && thread) await loadLatest(openId, thread);
    },
  };
}

type Page = Pick<Thread, 'messages' | 'earlier'>;

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

/** Adds the latest page. Without an overlap, only newer messages than that page are kept. */
function withLatest({ ready, messages, earlier }: Thread, latest: Page): Thread {
  const oldest = latest.messages[0]?.id ?? '';
  const overlap = ready && messages.some((message) => message.id === oldest);
  const kept = overlap ? messages : messages.filter((message) => message.id > oldest);
  return {
    ready: true,
    messages: merge(kept, latest.messages),
    earlier: overlap ? earlier : latest.earlier,
  };
}

/**
 * Merges two lists without repeats, in order: ids sort by the time of sending. A message in both
 * is taken from `more`.
 */
function merge(
  messages: readonly ShownMessage[],
  more: readonly ShownMessage[],
): readonly ShownMessage[] {
  const last = messages.at(-1)?.id ?? '';
  if (more.every(({ id }, index) => id > (more[index - 1]?.id ?? last)))
    return [...messages, ...more];
  const all = new Map([...messages, ...more].map((message) => [message.id, message]));
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
