import type { Client } from '@urql/core';
import { connect, type Status } from '../../core/connection.ts';
import { MarkRead } from '../../core/documents/conversation.ts';
import type { ShownMessage } from '../../core/documents/message.ts';
import { ReceiptReceived } from '../../core/documents/receipt.ts';
import { type Mailbox, Viewer } from '../../core/documents/session.ts';
import { codeOf, dataOf, RETRY_DELAY_MS } from '../../core/errors.ts';
import { type Inbox, openInbox } from '../../core/inbox.ts';
import { limitsOf } from '../../core/limits.ts';
import { openOutbox } from '../../core/outbox.ts';
import {
  openPersistentOutbox,
  type PersistentOutbox,
  type QueuedMessage,
} from '../../core/persistent-outbox.ts';
import { openSentElsewhere } from '../../core/sent-elsewhere.ts';
import { follow } from '../../core/subscription.ts';
import type { Receipt } from '../conversation/rows.ts';
import { gather } from './arrivals.ts';
import { openLocalDrafts } from './local-drafts.ts';
import { type Account, counterpartOf, openPeople, type People } from './people.ts';
import { openPresence, type Presence } from './presence.ts';
import { openSelection, type Selection } from './selection.ts';
import type { Session } from './session.ts';
import { createStore, type Readable } from './store.ts';
import { openThreads, type Threads } from './threads.ts';

/** How the connection stands, for people. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  /** Connected; what was missed is still coming. */
  | { readonly state: 'catching up' }
  | { readonly state: 'live' }
  | { readonly state: 'offline'; readonly retryAt: number; readonly reason: string | undefined };

/** The chat as one session lives it: what the page shows, and what can be done. */
export interface Chat extends Disposable {
  readonly client: Client;
  readonly viewer: Account;
  readonly connection: Readable<ConnectionState>;
  readonly people: People;
  readonly threads: Threads;
  readonly presence: Presence;
  readonly selection: Selection;
  /** How far each recipient has got, by id. */
  readonly receipts: Readable<ReadonlyMap<string, Receipt>>;
  readonly outgoing: Readable<readonly QueuedMessage[]> & PersistentOutbox;
  readonly draft: Pick<ReturnType<typeof openLocalDrafts>, 'draft' | 'keepDraft'>;
  readonly maxTextLength: Readable<number>;
  /** What has just come from others. */
  readonly arrivals: Readable<readonly ShownMessage[]>;
  /** Tells the server that a conversation has been seen up to this message. */
  markRead(id: string, through: string): void;
  /** Tries to connect now. */
  retry(): void;
  /** Leaves no drafts and no outgoing messages behind in this browser. */
  forget(): void;
}

export interface ChatOptions {
  readonly session: Session;
  /** Told when the session is over without our doing. */
  readonly onEnded: () => void;
}

/**
 * Opens the chat: nothing is shown of it until the server has answered, however long the connection
 * is away.
 */
export function openChat({ session, onEnded }: ChatOptions): Chat {
  const viewer: Account = session;
  const over = new AbortController();
  const connection = createStore<ConnectionState>({ state: 'connecting' });
  const receipts = createStore<ReadonlyMap<string, Receipt>>(new Map());
  const outgoing = createStore<readonly QueuedMessage[]>([]);
  const arrivals = createStore<readonly ShownMessage[]>([]);
  const maxTextLength = createStore(Number.POSITIVE_INFINITY);
  const otherTabs = new BroadcastChannel(`parley:${viewer.id}`);
  const notebook = openLocalDrafts(localStorage, viewer.id);

  const { client, retry, close } = connect({
    url: location.origin,
    token: session.token,
    onStatus,
  });
  const people = openPeople(client, viewer);
  const threads = openThreads(client);
  const presence = openPresence(client, (id) => id === selection.get()?.id && lookForOpen());
  const selection = openSelection(viewer.id, over.signal);
  const outbox = openOutbox(client);
  // The socket last: what is just being asked or stopped has gone out by then.
  const closers: (() => void)[] = [
    () => setTimeout(close),
    presence.close,
    () => otherTabs.close(),
    () => over.abort(),
  ];

  let inbox: Inbox | undefined;
  /** Where the mailbox ended when the connection came. */
  let end = Number.POSITIVE_INFINITY;

  const messages = openPersistentOutbox({
    outbox,
    shelf: notebook.shelf,
    onChange(list, stored) {
      outgoing.set(list);
      if (stored) put([stored]);
    },
    onRefused: lookForOpen,
  });
  notebook.onRemoved(messages.removed, over.signal);

  /** Looks whether the other end of the open conversation is still there. */
  function lookForOpen(): void {
    const account = selection.get();
    if (account) people.checkDeleted(account).catch(() => {});
  }

  function onStatus(status: Status): void {
    if (status.state === 'ended') onEnded();
    else if (status.state === 'live') catchUp().catch(onFault);
    else if (status.state === 'offline') lose(status);
    // A try that follows a loss is not worth a word of its own.
    else if (connection.get().state !== 'offline') connection.set(status);
  }

  function lose({ retryIn, reason }: Extract<Status, { state: 'offline' }>): void {
    connection.set({ state: 'offline', retryAt: Date.now() + retryIn, reason });
    presence.forget();
  }

  /** Asks for what the streams do not bring; they bring the rest. */
  async function catchUp(): Promise<void> {
    end = Number.POSITIVE_INFINITY;
    connection.set({ state: 'catching up' });
    const { mailbox } = await dataOf(client.query(Viewer, {}));
    await people.refresh();
    inbox ??= begin(mailbox);
    await threads.repair(selection.get()?.id);
    end = mailbox.deliveredThrough + mailbox.pendingCount;
    lookWhetherLive();
  }

  function lookWhetherLive(): void {
    const through = inbox?.shownThrough ?? 0;
    if (connection.get().state === 'catching up' && through >= end)
      connection.set({ state: 'live' });
  }

  /**
   * The server has a fault of its own. When the session is over, there is nothing to ask any more.
   */
  function onFault(error: unknown): void {
    if (codeOf(error) === 'SESSION_ENDED' || over.signal.aborted) return;
    setTimeout(() => catchUp().catch(onFault), RETRY_DELAY_MS);
  }

  function begin({ deliveredThrough: after, pendingCount, sentThrough }: Mailbox): Inbox {
    const sent = openSentElsewhere(client, {
      after: sentThrough,
      own: new Set(),
      answered: outbox.answered,
      show: (message) => put([message]),
    });
    closers.push(
      sent.close,
      follow(client, ReceiptReceived, {}, ({ receiptReceived: receipt }) => {
        receipts.set(new Map(receipts.get()).set(receipt.by.id, receipt));
      }),
    );
    const opened = openInbox(client, {
      after,
      pendingCount,
      first: Number.POSITIVE_INFINITY,
      show: gather((arrived) => {
        put(arrived);
        arrivals.set(arrived.filter((message) => message.sender?.id !== viewer.id));
        lookWhetherLive();
      }),
    });
    closers.push(opened.close);
    return opened;
  }

  /** Puts messages where they belong; one that is there already stays there once. */
  function put(arrived: readonly ShownMessage[]): void {
    people.add(arrived);
    for (const [id, group] of Map.groupBy(
      arrived,
      (message) => counterpartOf(message, viewer).id,
    )) {
      threads.add(id, group);
    }
    // Its sender's account is gone by now, and only the server knows whose conversation it is in.
    if (arrived.some(({ sender }) => sender === null)) people.refresh().catch(() => {});
  }

  selection.subscribe(lookForOpen);
  otherTabs.addEventListener('message', ({ data }) => people.setUnread(data.id, data.unread));
  window.addEventListener('online', retry, over);
  document.addEventListener(
    'visibilitychange',
    () => document.visibilityState === 'visible' && retry(),
    over,
  );
  limitsOf(client).then(
    (limits) => maxTextLength.set(limits.maxTextLength),
    // Without it the server counts, and says so.
    () => {},
  );

  return {
    client,
    viewer,
    connection,
    people,
    threads,
    presence,
    selection,
    receipts,
    outgoing: { ...outgoing, ...messages },
    draft: notebook,
    maxTextLength,
    arrivals,
    async markRead(id, through) {
      people.setUnread(id, 0);
      const { data } = await client
        .mutation(MarkRead, { input: { with: id, through } })
        .toPromise();
      const mark = data?.markRead;
      if (mark?.__typename !== 'MarkReadSuccess') return;
      people.setUnread(id, mark.unreadCount);
      otherTabs.postMessage({ id, unread: mark.unreadCount });
    },
    retry,
    forget: notebook.clear,
    [Symbol.dispose]() {
      for (const end of closers) end();
    },
  };
}
