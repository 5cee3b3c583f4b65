import type { Client } from '@urql/core';
import { Conversations } from '../../core/documents/conversation.ts';
import type { ShownMessage } from '../../core/documents/message.ts';
import { fieldOf } from '../../core/errors.ts';
import { PAGE_SIZE, pages } from '../../core/pagination.ts';
import { type Account, counterpartOf, isReceived } from './account.ts';
import { createStore, type Readable } from './store.ts';

/** The counterpart of a conversation. */
export interface Person extends Account {
  /** Whether the account was deleted. Its conversation is kept. */
  readonly deleted: boolean;
  /** Undefined until the list is fetched again, after a first message. */
  readonly conversationId: string | undefined;
  readonly lastMessage: ShownMessage;
  readonly unread: number;
}

/** Everyone with whom the viewer has a conversation, by id. */
export interface People extends Readable<ReadonlyMap<string, Person>> {
  /** Fetches the list again. A message that arrives meanwhile is kept, and counted once. */
  refresh(): Promise<void>;
  add(messages: readonly ShownMessage[]): void;
  setUnread(id: string, unread: number): void;
  setDeleted(id: string, deleted: boolean): void;
}

export function openPeople(client: Client): People {
  const store = createStore<ReadonlyMap<string, Person>>(new Map());
  let arrivedMeanwhile: ShownMessage[] = [];

  function change(id: string, to: Partial<Person>): void {
    const person = store.get().get(id);
    if (person) store.set(new Map(store.get()).set(id, { ...person, ...to }));
  }

  return {
    get: store.get,
    subscribe: store.subscribe,

    async refresh() {
      arrivedMeanwhile = [];
      const people = await fetchPeople(client);
      for (const message of arrivedMeanwhile) addMessage(people, message);
      store.set(people);
    },

    add(messages) {
      arrivedMeanwhile.push(...messages);
      const people = new Map(store.get());
      for (const message of messages) addMessage(people, message);
      store.set(people);
    },

    setUnread: (id, unread) => change(id, { unread }),
    setDeleted: (id, deleted) => change(id, { deleted }),
  };
}

async function fetchPeople(client: Client): Promise<Map<string, Person>> {
  const people = new Map<string, Person>();
  const read = (after: string | null) =>
    fieldOf(client.query(Conversations, { first: PAGE_SIZE, after }), 'conversations');
  for await (const page of pages(read)) {
    for (const conversation of page) {
      const { counterpartId: id, lastMessage } = conversation;
      // A conversation is listed from its first message on.
      if (!lastMessage) continue;
      people.set(id, {
        id,
        username: conversation.counterpartUsername,
        deleted: conversation.counterpart === null,
        conversationId: conversation.id,
        lastMessage,
        unread: conversation.unreadCount,
      });
    }
  }
  return people;
}

function addMessage(people: Map<string, Person>, message: ShownMessage): void {
  const { id, username } = counterpartOf(message);
  const known = people.get(id);
  // The server has counted a message that is not newer than the last one it listed.
  if (known && message.id <= known.lastMessage.id) return;
  const unread = (known?.unread ?? 0) + Number(isReceived(message));
  const { deleted = false, conversationId } = known ?? {};
  people.set(id, { id, username, deleted, conversationId, lastMessage: message, unread });
}

/** Compares two people by their last message, most recent first. */
export const byRecency = (a: Person, b: Person): number =>
  a.lastMessage.id < b.lastMessage.id ? 1 : -1;

/** Counts the unread messages of all conversations. */
export const unreadCount = (people: ReadonlyMap<string, Person>): number =>
  [...people.values()].reduce((sum, person) => sum + person.unread, 0);
