import type { Messages } from '../../schema/context.ts';
import { BeyondMailboxError, RequestError, sessionEnded } from '../../schema/errors.ts';
import type { Message, Viewer } from '../../schema/model.ts';
import { tail } from '../live/tail.ts';
import { type AccountRow, accountsWithIds, accountWithId } from '../store/account.ts';
import { isOutage } from '../store/errors.ts';
import { type AdvancedMark, advanceMark, sendersBetween } from '../store/mailbox.ts';
import { messagesReceived, messagesSent } from '../store/message.ts';
import type { ConnectedSessions } from './connected.ts';
import { mailboxAsOf } from './mailbox.ts';
import { readTogether } from './read-together.ts';
import { sending } from './send.ts';
import { type Services, topic } from './services.ts';

/** Messages that a subscription reads at a time: a slow reader holds so many, of 16 KB at most. */
const TAIL_PAGE = 32;
/** Messages whose senders are looked up at a time, for their receipts. */
const RECEIPT_BATCH = 1_000;

export function messages(services: Services, connected: ConnectedSessions): Messages {
  const { store, clock } = services;
  const read = readTogether(async (ids: readonly string[]) => {
    const rows = await accountsWithIds(store.db, [...new Set(ids)], clock());
    return ids.map((id) => rows.find((row) => row.id === id));
  });

  /** Returns the viewer's account, which may have been deleted since the session was checked. */
  async function accountOf({ account }: Viewer): Promise<AccountRow> {
    const row = await accountWithId(store.db, account.id, clock());
    if (!row) throw sessionEnded();
    return row;
  }

  return {
    send: sending(services),

    async pending(viewer, { after, limit }) {
      const { deliveredThrough } = await accountOf(viewer);
      const start = Math.max(after ?? 0, deliveredThrough);
      return messagesReceived(store.db, viewer.account.id, { after: start, limit }, clock());
    },

    async mailbox({ account }) {
      const row = await read(account.id);
      if (!row) throw sessionEnded();
      return mailboxAsOf(row);
    },

    async acknowledge({ account }, through) {
      const mark = await advanceMark(store.db, account.id, through);
      if (!mark) throw sessionEnded();
      if (through > mark.lastPosition) throw new BeyondMailboxError(mark.lastPosition);
      await ringSenders(services, account.id, mark);
      return {
        mailbox: mailboxAsOf({ ...mark, id: account.id }),
        deliveredBefore: mark.deliveredBefore,
      };
    },

    async acknowledged({ account }, { mailbox, deliveredBefore }, { after, limit }) {
      const start = Math.max(after ?? 0, deliveredBefore);
      const page = { after: start, limit };
      const later = await messagesReceived(store.db, account.id, page, clock());
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

/** Rings for the senders whose messages are newly delivered. */
async function ringSenders(
  { store, bell, longWork }: Services,
  recipientId: string,
  { deliveredBefore, deliveredThrough }: AdvancedMark,
): Promise<void> {
  if (deliveredThrough <= deliveredBefore) return;
  let rungThrough = deliveredBefore;
  await longWork(async () => {
    const through = Math.min(rungThrough + RECEIPT_BATCH, deliveredThrough);
    for (const senderId of await sendersBetween(store.db, recipientId, rungThrough, through)) {
      bell.ring(topic.receipts(senderId), recipientId);
    }
    rungThrough = through;
    return through < deliveredThrough;
  });
}

/** One of the two logs of an account's messages. */
interface MessageLog {
  readonly topic: (accountId: string) => string;
  readonly read: typeof messagesReceived | typeof messagesSent;
  readonly position: (message: Message) => number;
}

const RECEIVED: MessageLog = {
  topic: topic.mailbox,
  read: messagesReceived,
  position: ({ position }) => position,
};

const SENT: MessageLog = {
  topic: topic.sent,
  read: messagesSent,
  position: ({ sentPosition }) => sentPosition,
};

/** Follows one of the viewer's logs after a position, for as long as the session lasts. */
function tailOf(
  { store, bell, clock }: Services,
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
      read: (after) => log.read(store.db, id, { after, limit: TAIL_PAGE }, clock()),
      position: log.position,
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
