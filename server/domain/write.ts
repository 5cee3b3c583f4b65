import type { Kysely } from 'kysely';
import type { Message } from '../../schema/model.ts';
import { appendMessages, type NewMessage } from '../store/append.ts';
import { type Block, blocksAmong } from '../store/block.ts';
import {
  type AccountsByName,
  type CountedAccount,
  type LockedAccounts,
  lockAccounts,
  writeCounters,
} from '../store/locked-account.ts';
import { messagesByClientId, type StoredDraft } from '../store/message.ts';
import type { Db, Tables } from '../store/tables.ts';
import { inTransaction } from '../store/transaction.ts';
import { type Acknowledged, type Acknowledgement, advanceMark } from './acknowledge.ts';
import { type Draft, decide, type Earlier } from './send.ts';

/** A change to mailboxes: a message to store, or a mark to advance. */
export type Write = Draft | Acknowledgement;
/** The result of a change. An error is for this change alone. */
export type Written = Message | Acknowledged | Held | Error;

/** What a batch of changes did. */
export interface WrittenBatch {
  /** The result of each change, in order. */
  readonly results: Written[];
  /** How many messages were stored: a repeat of an earlier send stores none. */
  readonly stored: number;
}

/** Stands for a change that was left out, since another transaction has locked its account. */
export class Held {
  readonly account: Pick<CountedAccount, 'id' | 'username'>;
  constructor(account: Pick<CountedAccount, 'id' | 'username'>) {
    this.account = account;
  }
}

/**
 * Makes changes in one transaction. The number of statements does not depend on how many there are.
 * Answers each in order. Waits for the lock of no row but that of the account `waitFor`.
 *
 * Positions come from counters on rows that are locked here, so they are in the order of commits: a
 * reader at a position never misses a message before it.
 */
export const writeBatch = (
  db: Kysely<Tables>,
  writes: readonly Write[],
  maxPending: number,
  now: number,
  waitFor?: string,
): Promise<WrittenBatch> =>
  inTransaction(db, async (tx) => {
    const drafts = writes.filter(isDraft);
    const names = writes.flatMap((write) =>
      isDraft(write) ? [write.senderId, write.to] : [write.accountId],
    );
    const locked = await lockAccounts(tx, names, waitFor);
    const earlier = await messagesByClientId(tx, drafts.filter(hasClientId));
    const isBlocked = await blocksOf(tx, drafts, locked.accounts);
    const { decisions, changed } = decideAll(writes, locked, { earlier, isBlocked }, maxPending);
    const accepted = [...new Set(decisions.filter(isNew))];
    await writeCounters(tx, [...changed]);
    const stored = await appendMessages(tx, accepted, now);
    const results = decisions.map((decision) =>
      isNew(decision) ? (stored.get(decision) as Message) : decision,
    );
    return { results, stored: accepted.length };
  });

/** What the store has about the drafts of a batch. */
interface Stored {
  readonly earlier: readonly StoredDraft[];
  readonly isBlocked: (block: Block) => boolean;
}

/** Reads which recipients block a sender. Most block nobody: then nothing is read. */
function blocksOf(tx: Db, drafts: readonly Draft[], accounts: AccountsByName) {
  const possible = drafts.flatMap(({ senderId, to }) => {
    const recipient = accounts.get(to);
    return recipient && recipient.blockCount > 0
      ? [{ accountId: recipient.id, blockedId: senderId }]
      : [];
  });
  return blocksAmong(tx, possible);
}

type Decision = NewMessage | Written;

/** Decides each change in order, and advances the counters of the accounts by those before it. */
function decideAll(
  writes: readonly Write[],
  { accounts, heldElsewhere }: LockedAccounts,
  { earlier: stored, isBlocked }: Stored,
  maxPending: number,
) {
  const changed = new Set<CountedAccount>();
  const earlier = new Map<string, Earlier>(
    stored.map((each) => [clientKey(each), each.message ?? 'deleted']),
  );

  function send(draft: Draft): Decision {
    const holding = heldElsewhere.get(draft.senderId) ?? heldElsewhere.get(draft.to);
    if (holding) return new Held(holding);
    const [sender, recipient] = [accounts.get(draft.senderId), accounts.get(draft.to)];
    const before = hasClientId(draft) ? earlier.get(clientKey(draft)) : undefined;
    const rows = {
      sender,
      recipient,
      earlier: before,
      isBlocked:
        recipient !== undefined &&
        recipient.blockCount > 0 &&
        isBlocked({ accountId: recipient.id, blockedId: draft.senderId }),
    };
    const decision = decide(draft, rows, maxPending);
    if (sender && recipient && isNew(decision) && decision !== before) {
      recipient.lastPosition = decision.position;
      sender.sentCount = decision.sentPosition;
      changed.add(recipient).add(sender);
      if (hasClientId(draft)) earlier.set(clientKey(draft), decision);
    }
    return decision;
  }

  function acknowledge({ accountId, through }: Acknowledgement): Decision {
    const holding = heldElsewhere.get(accountId);
    if (holding) return new Held(holding);
    const account = accounts.get(accountId);
    const decision = advanceMark(account, through);
    if (
      account &&
      !(decision instanceof Error) &&
      decision.deliveredThrough > account.deliveredThrough
    ) {
      account.deliveredThrough = decision.deliveredThrough;
      changed.add(account);
    }
    return decision;
  }

  const decisions = writes.map((write) => (isDraft(write) ? send(write) : acknowledge(write)));
  return { decisions, changed };
}

const isDraft = (write: Write): write is Draft => 'to' in write;

const isNew = (decision: Decision): decision is NewMessage =>
  'sentPosition' in decision && !('id' in decision);

const hasClientId = (draft: Draft): draft is Draft & { readonly clientMessageId: string } =>
  draft.clientMessageId !== null;

const clientKey = ({ senderId, clientMessageId }: Pick<Draft, 'senderId' | 'clientMessageId'>) =>
  `${senderId} ${clientMessageId}`;
