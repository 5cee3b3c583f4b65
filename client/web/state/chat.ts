import type { Client } from '@urql/core';
import { connect } from '../../core/connection.ts';
import type { ShownMessage } from '../../core/documents/message.ts';
import { Viewer } from '../../core/documents/session.ts';
import { dataOf } from '../../core/errors.ts';
import { limitsOf } from '../../core/limits.ts';
import { openOutbox } from '../../core/outbox.ts';
import type { Account } from './account.ts';
import { type ConnectionState, trackConnection } from './connection.ts';
import { type Conversations, openConversations } from './conversations.ts';
import { type LocalDrafts, openLocalDrafts } from './local-drafts.ts';
import { type Outgoing, openOutgoing } from './outgoing.ts';
import { openReadMarks, type ReadMarks } from './read-marks.ts';
import type { Session } from './session.ts';
import { createStore, type Readable } from './store.ts';
import { openStreams, type Receipt, type Streams } from './streams.ts';

/** A live session's state and actions. */
export interface Chat extends Omit<Conversations, 'add' | 'checkSelected'>, Disposable {
  readonly client: Client;
  readonly viewer: Account;
  readonly connection: Readable<ConnectionState>;
  /** The latest receipt of each counterpart, by id. */
  readonly receipts: Readable<ReadonlyMap<string, Receipt>>;
  readonly outgoing: Outgoing;
  readonly drafts: Pick<LocalDrafts, 'get' | 'set'>;
  /** Infinity until the server has sent its limits. */
  readonly maxTextLength: Readable<number>;
  /** The messages that arrived last from others. */
  readonly arrivals: Readable<readonly ShownMessage[]>;
  readonly markRead: ReadMarks['markRead'];
  /** Reconnects now. */
  retry(): void;
  /** Removes drafts and outgoing messages from this browser. */
  forget(): void;
}

export interface ChatOptions {
  readonly session: Session;
  /** Called when the session ends. */
  readonly onEnded: () => void;
}

/** Opens the chat of a session. It shows nothing until the server has answered. */
export function openChat({ session, onEnded }: ChatOptions): Chat {
  const viewer: Account = session;
  const closing = new AbortController();
  const closed = closing.signal;
  const receipts = createStore<ReadonlyMap<string, Receipt>>(new Map());
  const arrivals = createStore<readonly ShownMessage[]>([]);
  let streams: Streams | undefined;

  const connection = trackConnection({
    catchUp,
    shownThrough: () => streams?.shownThrough ?? 0,
    onOffline: () => conversations.presence.forget(),
    closed,
  });
  const { client, retry, close } = connect({
    url: location.origin,
    token: session.token,
    onStatus: (status) => (status.state === 'ended' ? onEnded() : connection.update(status)),
  });
  const { add, checkSelected, ...conversations } = openConversations(client, viewer, closed);
  const { people, threads, presence, selection } = conversations;
  const readMarks = openReadMarks(client, viewer.id, people);
  const drafts = openLocalDrafts(localStorage, viewer.id);
  const outbox = openOutbox(client);
  const onStored = (message: ShownMessage) => add([message]);
  const outgoing = openOutgoing({ outbox, drafts, onStored, onRefused: checkSelected, closed });
  retryWhenBack(retry, closed);

  async function catchUp(): Promise<number> {
    const { mailbox } = await dataOf(client.query(Viewer, {}));
    await people.refresh();
    streams ??= openStreams(client, { mailbox, outbox, onReceived, onSent: onStored, onReceipt });
    await threads.repair(selection.get()?.id);
    return mailbox.deliveredThrough + mailbox.pendingCount;
  }

  function onReceived(messages: readonly ShownMessage[]): void {
    add(messages);
    arrivals.set(messages.filter(({ sender }) => sender?.id !== viewer.id));
    connection.checkLive();
  }

  function onReceipt(receipt: Receipt): void {
    receipts.set(new Map(receipts.get()).set(receipt.by.id, receipt));
  }

  return {
    ...conversations,
    client,
    viewer,
    connection,
    receipts,
    outgoing,
    drafts,
    maxTextLength: openMaxTextLength(client),
    arrivals,
    markRead: readMarks.markRead,
    retry,
    forget: drafts.clear,
    [Symbol.dispose]() {
      presence.close();
      readMarks.close();
      closing.abort();
      streams?.close();
      // Deferred, so that the unsubscribes above are still sent.
      setTimeout(close);
    },
  };
}

/** Reconnects as soon as the network or the tab is back. */
function retryWhenBack(retry: () => void, closed: AbortSignal): void {
  window.addEventListener('online', retry, { signal: closed });
  document.addEventListener(
    'visibilitychange',
    () => document.visibilityState === 'visible' && retry(),
    { signal: closed },
  );
}

function openMaxTextLength(client: Client): Readable<number> {
  const store = createStore(Number.POSITIVE_INFINITY);
  limitsOf(client).then(
    (limits) => store.set(limits.maxTextLength),
    // The server refuses a text that is too long, and says so.
    () => {},
  );
  return store;
}
