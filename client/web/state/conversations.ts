import type { Client } from '@urql/core';
import type { ShownMessage } from '../../core/documents/message.ts';
import type { Receipt } from '../../core/receipts.ts';
import type { Account } from './account.ts';
import { openPeople, type People } from './people.ts';
import { openPresence, type Presence } from './presence.ts';
import { openReadMarks, type ReadMarks } from './read-marks.ts';
import { openSelection, type Selection } from './selection.ts';
import { createStore, type Readable } from './store.ts';
import { openThreads, type Threads } from './threads.ts';

/** The viewer's conversations: with whom, what was written, and which one is open. */
export interface Conversations {
  readonly people: People;
  readonly threads: Threads;
  readonly presence: Presence;
  readonly selection: Selection;
  /** The latest receipt of each counterpart, by id. */
  readonly receipts: Readable<ReadonlyMap<string, Receipt>>;
  readonly markRead: ReadMarks['markRead'];
  /** Adds messages to their conversations, each once. */
  addMessages(messages: readonly ShownMessage[]): void;
  addReceipt(receipt: Receipt): void;
  /** Checks whether the counterpart of the open conversation was deleted. */
  checkSelected(): void;
  close(): void;
}

export function openConversations(
  client: Client,
  viewer: Account,
  closed: AbortSignal,
): Conversations {
  const people = openPeople(client);
  const threads = openThreads(client);
  const selection = openSelection(viewer.id, closed);
  const receipts = createStore<ReadonlyMap<string, Receipt>>(new Map());
  const readMarks = openReadMarks(client, viewer.id, people);
  const presence = openPresence(client, (id) => {
    if (id === selection.get()?.id) checkSelected();
  });

  function checkSelected(): void {
    const account = selection.get();
    if (account) people.checkDeleted(account.id).catch(() => {});
  }
  selection.subscribe(checkSelected);

  return {
    people,
    threads,
    presence,
    selection,
    receipts,
    markRead: readMarks.markRead,
    checkSelected,
    addMessages(messages) {
      people.add(messages);
      const groups = Map.groupBy(messages, ({ conversation }) => conversation.counterpartId);
      for (const [id, group] of groups) threads.add(id, group);
    },
    addReceipt: (receipt) => receipts.set(new Map(receipts.get()).set(receipt.by.id, receipt)),
    close() {
      presence.close();
      readMarks.close();
    },
  };
}
