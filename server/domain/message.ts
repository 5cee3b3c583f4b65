import type { Messages } from '../../schema/context.ts';
import { RequestError, sessionEnded } from '../../schema/errors.ts';
import type { Message, Viewer } from '../../schema/model.ts';
import { tail } from '../live/tail.ts';
import { type AccountRow, accountsWithIds, accountWithId } from '../store/account.ts';
import { isOutage } from '../store/errors.ts';
import { messagesReceived, messagesSent } from '../store/message.ts';
import { acknowledging } from './acknowledge.ts';
import type { ConnectedSessions } from './connected.ts';
import { mailboxAsOf } from './mailbox.ts';
import { readTogether } from './read-together.ts';
import { searching } from './search.ts';
import { sending } from './send.ts';
import { type Services, topic } from './services.ts';
import type { WriteQueue } from './write-queue.ts';

/** Messages that a subscription reads at a time: a slow reader holds so many, of 16 KB at most. */
const TAIL_PAGE = 32;

export function messages(
  services: Services,
  connected: ConnectedSessions,
  writes: WriteQueue,
): Messages {
  const { store } = services;
  const read = readTogether(async (ids: readonly string[]) => {
    const rows = await accountsWithIds(store.db, [...new Set(ids)]);
    return ids.map((id) => rows.find((row) => row.id === id));
  });

  /** Returns the viewer's account, which may have been deleted since the session was checked. */
  async function accountOf({ account }: Viewer): Promise<AccountRow> {
    const row = await accountWithId(store.db, account.id);
    if (!row) throw sessionEnded();
    return row;
  }

  return {
    send: sending(services, writes.send),

    async pending(viewer, { after, limit }) {
      const { deliveredThrough } = await accountOf(viewer);
      const start = Math.max(after ?? 0, deliveredThrough);
      return messagesReceived(store.db, viewer.account.id, { after: start, limit });
    },

    async mailbox({ account }) {
      const row = await read(account.id);
      if (!row) throw sessionEnded();
      return mailboxAsOf(store.db, row);
    },

    search: searching(services),

    acknowledge: acknowledging(services, writes.acknowledge),

    async acknowledged({ account }, { mailbox, deliveredBefore }, { after, limit }) {
      const start = Math.max(after ?? 0, deliveredBefore);
      const page = { after: start, limit };
      const later = await messagesReceived(store.db, account.id, page);
      return later.filter(({ position }) => position <= mailbox.deliveredThrough);
    },

    async received(viewer, after) {
      const start = checkStart(after) ?? (await accountOf(viewer)).deliveredThrough;
      return tailOf(services, connected, viewer, RECEIVED, start);
    },

    async sent(viewer, after) {
      const start = checkStart(after) ?? (await accountOf(viewer)).sentCount;
      return tailOf(services, connected, viewer, SENT, start);
    },
  };
}

/** One of the two logs of an account's messages. */
interface MessageLog {
  readonly topic: (accountId: string) => string;
  readonly read: typeof messagesReceived | typeof messagesSent;
  readonly position: (message: Message) => number;
  /** Whether handing over a message delivers it. */
  readonly delivers: boolean;
}

const RECEIVED: MessageLog = {
  topic: topic.mailbox,
  read: messagesReceived,
  position: ({ position }) => position,
  delivers: true,
};

const SENT: MessageLog = {
  topic: topic.sent,
  read: messagesSent,
  position: ({ sentPosition }) => sentPosition,
  delivers: false,
};

/** Follows one of the viewer's logs after a position, for as long as the session lasts. */
function tailOf(
  { store, bell, meter }: Services,
  connected: ConnectedSessions,
  viewer: Viewer,
  log: MessageLog,
  start: number,
): AsyncIterable<Message> {
  const { id } = viewer.account;
  return tail(
    {
      // Under these topics, what is handed over is messages: see send.ts.
      listen: (heard) =>
        bell.listen(log.topic(id), (_key, items) => heard(items as readonly Message[])),
      pageSize: TAIL_PAGE,
      read: (after) => log.read(store.db, id, { after, limit: TAIL_PAGE }),
      position: log.position,
      onTaken: log.delivers ? meter.countDelivered : undefined,
      isOutage,
    },
    start,
    connected.attend(viewer),
  );
}

/** Returns the position to start after, if a subscriber gives one. @throws {RequestError} */
function checkStart(after: number | null): number | null {
  if (after !== null && after < 0)
    throw new RequestError('BAD_USER_INPUT', '`after` must not be negative.');
  return after;
}
