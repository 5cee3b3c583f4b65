import type { Client } from '@urql/core';
import type { ShownMessage } from '../../core/documents/message.ts';
import { type Account, counterpartOf } from './account.ts';
import { openPeople, type People } from './people.ts';
import { openPresence, type Presence } from './presence.ts';
import { openSelection, type Selection } from './selection.ts';
import { openThreads, type Threads } from './threads.ts';

/** The viewer's conversations: with whom, what was written, and which one is open. */
export interface Conversations {
  readonly people: People;
  readonly threads: Threads;
  readonly presence: Presence;
  readonly selection: Selection;
  /** Adds messages to their conversations, each once. */
  add(messages: readonly ShownMessage[]): void;
  /** Checks whether the counterpart of the open conversation was deleted. */
  checkSelected(): void;
}

export function openConversations(
  client: Client,
  viewer: Account,
  closed: AbortSignal,
): Conversations {
  const people = openPeople(client, viewer);
  const threads = openThreads(client);
  const selection = openSelection(viewer.id, closed);
  const presence = openPresence(client, (id) => {
    if (id === selection.get()?.id) checkSelected();
  });

  function checkSelected(): void {
    const account = selection.get();
    if (account) people.checkDeleted(account).catch(() => {});
  }
  selection.subscribe(checkSelected);

  return {
    people,
    threads,
    presence,
    selection,
    checkSelected,
    add(messages) {
      people.add(messages);
      const counterpartId = (message: ShownMessage) => counterpartOf(message, viewer).id;
      for (const [id, group] of Map.groupBy(messages, counterpartId)) threads.add(id, group);
      // Only the server knows to which conversation a message of a deleted account belongs.
      if (messages.some(({ sender }) => sender === null)) people.refresh().catch(() => {});
    },
  };
}
