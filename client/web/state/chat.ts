import type { Client } from '@urql/core';
import type { ShownMessage } from '../../core/documents/message.ts';
import { Viewer } from '../../core/documents/session.ts';
import { fieldOf } from '../../core/errors.ts';
import type { Inbox } from '../../core/inbox.ts';
import { limitsOf } from '../../core/limits.ts';
import { openSession } from '../../core/session.ts';
import { openTypingNotifier } from '../../core/typing.ts';
import { type Account, isOwn } from './account.ts';
import { type ConnectionState, trackConnection } from './connection.ts';
import { type Conversations, openConversations } from './conversations.ts';
import { batchByFrame } from './frame-batch.ts';
import { serverUrl } from './home.ts';
import { type Drafts, openLocalDrafts } from './local-drafts.ts';
import { type Outgoing, openOutgoing } from './outgoing.ts';
import type { Session } from './session.ts';
import type { SafeStorage } from './storage.ts';
import { createStore, type Readable } from './store.ts';

type ShownConversations = Omit<
  Conversations,
  'addMessages' | 'addReceipt' | 'checkSelected' | 'close'
>;

/** A live session's state and actions. */
export interface Chat extends ShownConversations, Disposable {
  readonly client: Client;
  readonly viewer: Account;
  readonly connection: Readable<ConnectionState>;
  readonly outgoing: Outgoing;
  readonly drafts: Drafts;
  readonly storage: SafeStorage;
  /** Infinity until the server has sent its limits. */
  readonly maxTextLength: Readable<number>;
  /** The messages that arrived last from others. */
  readonly arrivals: Readable<readonly ShownMessage[]>;
  /** Announces that the viewer types a text to an account, or with an empty text that it is over. */
  announceTyping(to: Account, text: string): void;
  /** Reconnects now. */
  retry(): void;
  /** Removes drafts and outgoing messages from this browser, and the address from this tab. */
  forget(): void;
}

export interface ChatOptions {
  readonly storage: SafeStorage;
  readonly session: Session;
  /** Called when the session ends. */
  readonly onEnded: () => void;
}

/** Opens the chat of a session. It shows nothing until the server has answered. */
export function openChat({ storage, session, onEnded }: ChatOptions): Chat {
  const viewer: Account = session;
  const closing = new AbortController();
  const closed = closing.signal;
  const arrivals = createStore<readonly ShownMessage[]>([]);
  let inbox: Inbox | undefined;

  const connection = trackConnection({
    catchUp,
    shownThrough: () => inbox?.shownThrough ?? 0,
    onOffline() {
      conversations.presence.forget();
      conversations.typing.forget();
    },
    closed,
  });
  const live = openSession({
    url: serverUrl(),
    token: session.token,
    onStatus: (status) => (status.state === 'ended' ? onEnded() : connection.update(status)),
    onMessage: batchByFrame(onReceived),
    onSentElsewhere: (message) => conversations.addMessages([message]),
    onReceipt: (receipt) => conversations.addReceipt(receipt),
  });
  const { client, retry } = live;
  const conversations = openConversations(client, viewer, closed);
  const { people, threads, selection } = conversations;
  const local = openLocalDrafts(storage, viewer.id);
  const outgoing = openOutgoing({
    outbox: live,
    local,
    onStored: (message) => conversations.addMessages([message]),
    onRefused: conversations.checkSelected,
    closed,
  });
  const notifier = openTypingNotifier(client);
  selection.subscribe(notifier.stopped);
  retryWhenBack(retry, closed);

  async function catchUp(): Promise<number> {
    const mailbox = await fieldOf(client.query(Viewer, {}), 'mailbox');
    await Promise.all([people.refresh(), threads.repair(selection.get()?.id)]);
    inbox ??= live.listen(mailbox);
    // The last position is at least this: a purge leaves gaps in positions, and they do not count.
    return mailbox.deliveredThrough + mailbox.pendingCount;
  }

  function onReceived(messages: readonly ShownMessage[]): void {
    conversations.addMessages(messages);
    arrivals.set(messages.filter((message) => !isOwn(message)));
    connection.checkLive();
  }

  return {
    ...conversations,
    client,
    viewer,
    connection,
    outgoing,
    drafts: local.drafts,
    storage,
    maxTextLength: openMaxTextLength(client),
    arrivals,
    announceTyping(to, text) {
      if (text.trim() === '') notifier.stopped();
      // Offline it would wait for the connection, and be announced late.
      else if (connection.get().state === 'live' && to.id !== viewer.id) notifier.typed(to.id);
    },
    retry,
    forget() {
      local.clear();
      selection.forget();
    },
    [Symbol.dispose]() {
      conversations.close();
      closing.abort();
      // Deferred, so that requests of this moment are still sent.
      setTimeout(live.close);
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
