import type { Client } from '@urql/core';
import { Conversation } from '../../core/documents/conversation.ts';
import type { ShownMessage } from '../../core/documents/message.ts';
import { dataOf } from '../../core/errors.ts';
import { PAGE_SIZE } from '../../core/pagination.ts';
import { createStore, type Readable, type Store } from './store.ts';

/**
 * The part of a conversation that is here: its end, without a gap, as far back as was asked for.
 */
export interface Thread {
  /** The first page has come. */
  readonly ready: boolean;
  /** Oldest first. */
  readonly messages: readonly ShownMessage[];
  /** Where to go on into the past; null when this is all. */
  readonly earlier: string | null;
}

/** Conversations that have been looked at, by the id of the other end. */
export interface Threads {
  of(id: string): Readable<Thread>;
  /** Fetches the page before what is here; one at a time. */
  loadEarlier(id: string): Promise<void>;
  add(id: string, messages: readonly ShownMessage[]): void;
  /** Closes a gap that a loss of connection may have torn; forgets what is not looked at. */
  repair(openId: string | undefined): Promise<void>;
}

const NONE: Thread = { ready: false, messages: [], earlier: null };

export function openThreads(client: Client): Threads {
  const threads = new Map<string, Store<Thread>>();
  const loading = new Set<string>();

  async function page(id: string, before: string | null) {
    const { conversation } = await dataOf(
      client.query(Conversation, { with: id, last: PAGE_SIZE, before }),
    );
    const { hasPreviousPage, startCursor } = conversation.pageInfo;
    return {
      messages: conversation.edges.map(({ node }) => node),
      earlier: hasPreviousPage ? startCursor : null,
    };
  }

  /**
   * Fetches the end of the conversation. What is here stays if the two overlap, and else what is
   * newer.
   */
  async function loadLatest(id: string, thread: Store<Thread>): Promise<void> {
    const latest = await page(id, null);
    const { ready, messages, earlier } = thread.get();
    const oldest = latest.messages[0]?.id ?? '';
    const overlap = ready && messages.some((message) => message.id === oldest);
    thread.set({
      ready: true,
      messages: merge(
        overlap ? messages : messages.filter((message) => message.id > oldest),
        latest.messages,
      ),
      earlier: overlap ? earlier : latest.earlier,
    });
  }

  function open(id: string): Store<Thread> {
    const thread = createStore(NONE);
    threads.set(id, thread);
    // Over the socket it waits for the connection; it fails only when the session is over, or the
    // server is at fault.
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
        const { messages, earlier } = await page(id, before);
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
      // What is older than the part that is here belongs to a page that has not been asked for.
      const fitting =
        now.earlier && oldest ? messages.filter((message) => message.id > oldest.id) : messages;
      thread.set({ ...now, messages: merge(now.messages, fitting) });
    },

    async repair(openId) {
      for (const id of threads.keys()) if (id !== openId) threads.delete(id);
      const thread = openId === undefined ? undefined : threads.get(openId);
      if (openId !== undefined && thread) await loadLatest(openId, thread);
    },
  };
}

/**
 * Both without repeats, in order; ids sort by the time of sending. Of one message the newer word
 * counts.
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
