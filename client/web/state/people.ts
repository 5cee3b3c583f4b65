import type { Client } from '@urql/core';
import { AccountsMatching } from '../../core/documents/account.ts';
import { Conversations } from '../../core/documents/conversation.ts';
import type { ShownMessage } from '../../core/documents/message.ts';
import { dataOf } from '../../core/errors.ts';
import { PAGE_SIZE, pages } from '../../core/pagination.ts';
import { createStore, type Readable } from './store.ts';

/** Somebody whom one can write to, or could. */
export interface Account {
  readonly id: string;
  readonly username: string;
}

/** The other end of a conversation. */
export interface Person extends Account {
  /** The account is deleted; what was written stays. */
  readonly deleted: boolean;
  readonly lastMessage: ShownMessage;
  readonly unread: number;
}

/** Everybody with whom the viewer has a conversation, by id. */
export interface People extends Readable<ReadonlyMap<string, Person>> {
  /**
   * Asks the server again. Messages that arrive meanwhile are not lost, and none is counted twice.
   */
  refresh(): Promise<void>;
  add(messages: readonly ShownMessage[]): void;
  setUnread(id: string, unread: number): void;
  /** Asks whether somebody still has their account: nothing tells when one is deleted. */
  checkDeleted(account: Account): Promise<void>;
}

/** Where a message belongs: its other end, as the viewer sees it. */
export const counterpartOf = (
  { sender, senderUsername, recipient }: ShownMessage,
  viewer: Account,
): Account =>
  sender?.id === viewer.id ? recipient : { id: sender?.id ?? '', username: senderUsername };

export function openPeople(client: Client, viewer: Account): People {
  const store = createStore<ReadonlyMap<string, Person>>(new Map());
  let arrivedMeanwhile: ShownMessage[] = [];

  function withMessage(people: Map<string, Person>, message: ShownMessage): void {
    const account = counterpartOf(message, viewer);
    const known = people.get(account.id);
    // What is not newer was counted by the server already.
    if (account.id === '' || (known && message.id <= known.lastMessage.id)) return;
    const arrived = message.sender?.id !== viewer.id || message.recipient.id === viewer.id;
    people.set(account.id, {
      id: account.id,
      username: account.username,
      deleted: false,
      lastMessage: message,
      unread: (known?.unread ?? 0) + Number(arrived),
    });
  }

  function change(id: string, to: Partial<Person>): void {
    const person = store.get().get(id);
    if (person) store.set(new Map(store.get()).set(id, { ...person, ...to }));
  }

  return {
    get: store.get,
    subscribe: store.subscribe,

    async refresh() {
      arrivedMeanwhile = [];
      const people = new Map<string, Person>();
      const read = async (after: string | null) =>
        (await dataOf(client.query(Conversations, { first: PAGE_SIZE, after }))).conversations;
      for await (const page of pages(read)) {
        for (const {
          counterpart,
          counterpartId,
          counterpartUsername,
          lastMessage,
          unreadCount,
        } of page) {
          const [id, username, gone] = [counterpartId, counterpartUsername, counterpart === null];
          people.set(id, { id, username, deleted: gone, lastMessage, unread: unreadCount });
        }
      }
      for (const message of arrivedMeanwhile) withMessage(people, message);
      store.set(people);
    },

    add(messages) {
      arrivedMeanwhile.push(...messages);
      const people = new Map(store.get());
      for (const message of messages) withMessage(people, message);
      store.set(people);
    },

    setUnread: (id, unread) => change(id, { unread }),

    async checkDeleted({ id, username }) {
      // The first of all names that begin like this is the name itself, if anybody has it; and they
      // may be another.
      const { accounts } = await dataOf(
        client.query(AccountsMatching, { matching: `${username}*`, first: 1 }),
      );
      change(id, { deleted: accounts.edges[0]?.node.id !== id });
    },
  };
}

/** Most recent first. */
export const byRecency = (a: Person, b: Person): number =>
  a.lastMessage.id < b.lastMessage.id ? 1 : -1;
