import type { Client } from '@urql/core';
import { Counterpart, Unread } from '../../core/documents/conversation.ts';
import type { ShownMessage } from '../../core/documents/message.ts';
import { dataOf } from '../../core/errors.ts';
import type { Receipt } from '../../core/receipts.ts';
import { type Account, counterpartOf, isReceived, isUnread } from './account.ts';
import { type Blocks, openBlocks } from './blocks.ts';
import { openPeople, type People } from './people.ts';
import { CONTEXT_PX, type Place } from './place.ts';
import { openPresence, type Presence } from './presence.ts';
import { openReadMarks, type ReadMarks } from './read-marks.ts';
import { openSelection, type Selection } from './selection.ts';
import { createStore, type Readable } from './store.ts';
import { openThreads, type Threads } from './threads.ts';
import { openTyping, type Typing } from './typing.ts';

/** The viewer's conversations: with whom, what was written, and which one is open. */
export interface Conversations {
  readonly people: People;
  readonly threads: Threads;
  readonly presence: Presence;
  readonly typing: Typing;
  readonly blocks: Blocks;
  readonly selection: Selection;
  /** The latest receipt of each counterpart, by id. */
  readonly receipts: Readable<ReadonlyMap<string, Receipt>>;
  readonly readMarks: Readable<ReadonlyMap<string, string>>;
  readonly markRead: ReadMarks['markRead'];
  /** Where the viewer left each conversation, by the counterpart's id, unless at its end. */
  readonly places: Map<string, Place>;
  /** The message that the viewer went to last. */
  readonly target: Readable<Target | undefined>;
  /** Opens a conversation at a message. */
  goTo(message: ShownMessage): void;
  /** Adds messages to their conversations, each once. */
  addMessages(messages: readonly ShownMessage[]): void;
  addReceipt(receipt: Receipt): void;
  /** Checks whether the open counterpart was deleted or is blocked, since no event says so. */
  checkSelected(): void;
  close(): void;
}

/** A message that the viewer went to, perhaps again. */
export interface Target {
  readonly messageId: string;
  /** Counts how often the viewer went to a message. */
  readonly visit: number;
}

export function openConversations(
  client: Client,
  viewer: Account,
  closed: AbortSignal,
): Conversations {
  const people = openPeople(client);
  const threads = openThreads(client);
  const selection = openSelection({
    viewerId: viewer.id,
    find: (username) => findAccount(client, people, username),
    closed,
  });
  const receipts = createStore<ReadonlyMap<string, Receipt>>(new Map());
  const places = new Map<string, Place>();
  const target = createStore<Target | undefined>(undefined);
  const readMarks = openReadMarks({
    client,
    viewerId: viewer.id,
    people,
    countAfter: (id, messageId) =>
      threads
        .of(id)
        .get()
        .messages.filter((message) => isUnread(message, messageId)).length,
  });
  const presence = openPresence(client, (id) => {
    if (id === selection.get()?.id) checkSelected();
  });
  const typing = openTyping({ client, people, selection, closed });
  const blocks = openBlocks(client);

  async function check({ id }: Account): Promise<void> {
    const { conversation } = await dataOf(client.query(Counterpart, { with: id }));
    if (conversation) typing.add(id, conversation.id);
    blocks.set(id, conversation?.counterpart?.blocked ?? false);
    people.setDeleted(id, !conversation?.counterpart);
  }
  function checkSelected(): void {
    const account = selection.get();
    if (account) check(account).catch(() => {});
  }
  selection.subscribe(checkSelected);
  // After a reload one is open already.
  checkSelected();

  return {
    people,
    threads,
    presence,
    typing,
    blocks,
    selection,
    receipts,
    readMarks,
    markRead: readMarks.markRead,
    places,
    target,
    goTo(message) {
      const account = counterpartOf(message);
      places.set(account.id, { messageId: message.id, offset: -CONTEXT_PX });
      target.set({ messageId: message.id, visit: (target.get()?.visit ?? 0) + 1 });
      selection.open(account);
    },
    checkSelected,
    addMessages(messages) {
      people.add(messages);
      const groups = Map.groupBy(messages, ({ conversation }) => conversation.counterpartId);
      for (const [id, group] of groups) {
        threads.add(id, group);
        if (group.some(isReceived)) typing.hide(id);
      }
    },
    addReceipt: (receipt) => receipts.set(new Map(receipts.get()).set(receipt.by.id, receipt)),
    close() {
      presence.close();
      readMarks.close();
    },
  };
}

/** Finds an account by its username, also a deleted one with which the viewer has a conversation. */
async function findAccount(
  client: Client,
  people: People,
  username: string,
): Promise<Account | undefined> {
  const { conversation } = await dataOf(client.query(Unread, { with: username }));
  if (conversation) {
    const { counterpartId: id, counterpartUsername } = conversation;
    return { id, username: counterpartUsername };
  }
  await people.refresh();
  return [...people.get().values()].find((person) => person.username === username);
}
