import type { Client } from '@urql/core';
import { MarkRead } from '../../core/documents/conversation.ts';
import { ownName } from './home.ts';
import type { People } from './people.ts';
import { createStore, type Readable } from './store.ts';

/**
 * The last message that the viewer has read of each conversation since the page was opened, by the
 * counterpart's id. It is kept in step with the server and with every tab of this browser.
 */
export interface ReadMarks extends Readable<ReadonlyMap<string, string>> {
  /** Marks a conversation as read up to and including a message. */
  markRead(counterpartId: string, messageId: string): void;
  close(): void;
}

interface ReadMarksOptions {
  readonly client: Client;
  readonly viewerId: string;
  readonly people: People;
  /** Counts what the viewer has not read in a conversation, if a message is the last one read. */
  countAfter(counterpartId: string, messageId: string): number;
}

interface ReadChange {
  readonly id: string;
  readonly through: string;
  readonly unread: number;
}

export function openReadMarks({
  client,
  viewerId,
  people,
  countAfter,
}: ReadMarksOptions): ReadMarks {
  const store = createStore<ReadonlyMap<string, string>>(new Map());
  const otherTabs = openChannel(ownName(viewerId));
  const save = saveOneAtATime(client, (id) => store.get().get(id) ?? '');

  function apply({ id, through, unread }: ReadChange): void {
    store.set(new Map(store.get()).set(id, through));
    people.setUnread(id, unread);
  }
  otherTabs?.addEventListener('message', ({ data }: MessageEvent<ReadChange>) => apply(data));

  return {
    get: store.get,
    subscribe: store.subscribe,
    markRead(id, messageId) {
      const mark = store.get().get(id) ?? '';
      const through = messageId > mark ? messageId : mark;
      const change = { id, through, unread: countAfter(id, through) };
      if (through === mark && people.get().get(id)?.unread === change.unread) return;
      apply(change);
      otherTabs?.postMessage(change);
      save(id);
    },
    close: () => otherTabs?.close(),
  };
}

/**
 * Returns a function that saves the mark of a conversation. While one request is under way, only
 * the newest mark waits: scrolling moves it many times a second. A failed request is repeated by
 * the next call.
 */
function saveOneAtATime(client: Client, markOf: (id: string) => string) {
  const saved = new Map<string, string>();
  const saving = new Set<string>();
  return async (id: string): Promise<void> => {
    if (saving.has(id)) return;
    saving.add(id);
    for (let through = markOf(id); through !== saved.get(id); through = markOf(id)) {
      const { data } = await client
        .mutation(MarkRead, { input: { with: id, through } })
        .toPromise();
      if (data?.markRead.__typename !== 'MarkReadSuccess') break;
      saved.set(id, through);
    }
    saving.delete(id);
  };
}

/** Opens a channel to the other tabs. Some browsers have none while cookies are blocked. */
function openChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}
