import type { Client } from '@urql/core';
import { AccountsMatching } from '../../core/documents/account.ts';
import { Conversations } from '../../core/documents/conversation.ts';
import type { ShownMessage } from '../../core/documents/message.ts';
import { dataOf } from '../../core/errors.ts';
import { PAGE_SIZE, pages } from '../../core/pagination.ts';
import { type Account, counterpartOf } from './account.ts';
import { createStore, type Readable } from './store.ts';

/** The counterpart of a conversation. */
export interface Person extends Account {
  /** Whether the account was deleted. Its conversation is kept. */
  readonly deleted: boolean;
  readonly lastMessage: ShownMessage;
  readonly unread: number;
}

/** Everyone with whom the viewer has a conversation, by id. */
export interface People extends Readable<ReadonlyMap<string, Person>> {
  /** Fetches the list again. A message that arrives meanwhile is kept, and counted once. */
  refresh(): Promise<void>;
  add(messages: readonly ShownMessage[]): void;
  setUnread(id: string, unread: number): void;
  /** Checks whether an account was deleted. The server sends no event for that. */
  checkDeleted(account: Account): Promise<void>;
}

export function openPeople(client: Client, viewer: Account): People {
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
      for (const message of arrivedMeanwhile) addMessage(people, message, viewer);
      store.set(people);
    },

    add(messages) {
      arrivedMeanwhile.push(...messages);
      const people = new Map(store.get());
      for (const message of messages) addMessage(people, message, viewer);
      store.set(people);
    },

    setUnread: (id, unread) => change(id, { unread }),

    async checkDeleted({ id, username }) {
      // Sorted by username, the exact match comes first. It may be a new account with that name.
      const { accounts } = await dataOf(
        client.query(AccountsMatching, { matching: `${username}*`, first: 1 }),
      );
      change(id, { deleted: accounts.edges[0]?.node.id !== id });
    },
  };
}

async function fetchPeople(client: Client): Promise<Map<string, Person>> {
  const people = new Map<string, Person>();
  const read = async (after: string | null) =>
    (await dataOf(client.query(Conversations, { first: PAGE_SIZE, after }))).conversations;
  for await (const page of pages(read)) {
    for (const conversation of page) {
      const { counterpartId: id, counterpartUsername: username, lastMessage } = conversation;
      const deleted = conversation.counterpart === null;
      people.set(id, { id, username, deleted, lastMessage, unread: conversation.unreadCount });
    }
  }
  return people;
}

function addMessage(people: Map<string, Person>, message: ShownMessage, viewer: Account): void {
  const { id, username } = counterpartOf(message, viewer);
  const known = people.get(id);
  // The server has counted a message that is not newer than the last one it listed.
  if (id === '' || (known && message.id <= known.lastMessage.id)) return;
  const received = message.sender?.id !== viewer.id || message.recipient.id === viewer.id;
  const unread = (known?.unread ?? 0) + Number(received);
  people.set(id, { id, username, deleted: false, lastMessage: message, unread });
}

/** Compares two people by their last message, most recent first. */
export const byRecency = (a: Person, b: Person): number =>
  a.lastMessage.id < b.lastMessage.id ? 1 : -1;

/** Counts the unread messages of all conversations. */
export const unreadCount = (people: ReadonlyMap<string, Person>): number =>
  [...people.values()].reduce((sum, person) => sum + person.unread, 0);
