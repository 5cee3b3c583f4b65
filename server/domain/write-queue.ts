import pLimit from 'p-limit';
import type { Message } from '../../schema/model.ts';
import type { Acknowledged, Acknowledgement } from './acknowledge.ts';
import { batch } from './batch.ts';
import type { Draft } from './send.ts';
import { type Services, topic } from './services.ts';
import { Held, type Write, type Written, writeBatch } from './write.ts';

/** The most changes that one transaction makes. */
const MAX_BATCH = 500;

/** The most locked accounts that this server waits for at a time: each wait takes a connection. */
const MAX_WAITING = 4;

/** The changes to an account that another server has locked. */
interface HeldQueue {
  readonly account: Held['account'];
  length: number;
  write(write: Write): Promise<Written>;
}

/** Makes changes to mailboxes, and rings for what they store. Disposing of it waits for the last one. */
export interface WriteQueue extends AsyncDisposable {
  send(draft: Draft): Promise<Message>;
  acknowledge(acknowledgement: Acknowledgement): Promise<Acknowledged>;
}

/**
 * The changes of this server: those that arrive meanwhile share the next transaction.
 *
 * In PostgreSQL another server may have locked an account. The changes to it then wait in a queue
 * of its own, in their order, and hold up no others.
 *
 * Each passes through the queue of all first, since one that went there directly would overtake
 * those that are in it.
 */
export function writeQueue({
  store,
  bell,
  clock,
  limits,
  meter,
  commitTrace,
}: Services): WriteQueue {
  /** The queues of locked accounts, each by the account's id and its username. */
  const held = new Map<string, HeldQueue>();
  const slots = pLimit(MAX_WAITING);
  let inProgress = 0;
  let onIdle = (): void => {};

  const queueOf = (write: Write): HeldQueue | undefined =>
    'to' in write ? (held.get(write.senderId) ?? held.get(write.to)) : held.get(write.accountId);

  async function run(writes: readonly Write[], waitFor?: string): Promise<Written[]> {
    const start = performance.now();
    const { maxPendingMessages } = limits;
    const commit = () => writeBatch(store.db, writes, maxPendingMessages, clock(), waitFor);
    const batch = await (commitTrace ? commitTrace.commit(writes, commit) : commit());
    // The time of a lock says nothing about that of a commit.
    if (waitFor === undefined)
      meter.recordCommit(writes.length, (performance.now() - start) / 1_000);
    meter.countSent(batch.stored);
    const { results } = batch;
    ring(results);
    // At once, so that later changes to the account wait for those that were left out.
    for (const result of results) if (result instanceof Held) hold(result.account);
    return results;
  }

  const inTurn = batch<Write, Written>(async (writes) => {
    const queues = writes.map(queueOf);
    const free = writes.filter((_write, index) => !queues[index]);
    const results = free.length > 0 ? await run(free) : [];
    let next = 0;
    return queues.map((queue) => (queue ? new Held(queue.account) : results[next++]) as Written);
  }, MAX_BATCH);

  /** Opens the queue of a locked account, unless it is open. */
  function hold(account: Held['account']): HeldQueue {
    const open = held.get(account.id);
    if (open) return open;
    const queue: HeldQueue = {
      account,
      length: 0,
      write: batch((writes) => slots(() => run(writes, account.id)), MAX_BATCH),
    };
    held.set(account.id, queue).set(account.username, queue);
    return queue;
  }

  async function writeHeld(queue: HeldQueue, write: Write): Promise<Written> {
    queue.length += 1;
    meter.countHeld(1);
    try {
      return await queue.write(write);
    } finally {
      queue.length -= 1;
      meter.countHeld(-1);
      if (queue.length === 0) {
        held.delete(queue.account.id);
        held.delete(queue.account.username);
      }
    }
  }

  async function write(change: Write): Promise<Message | Acknowledged> {
    commitTrace?.note(change);
    inProgress += 1;
    try {
      let result = await inTurn(change);
      while (result instanceof Held) result = await writeHeld(hold(result.account), change);
      return result as Message | Acknowledged;
    } finally {
      inProgress -= 1;
      if (inProgress === 0) onIdle();
    }
  }

  /** Rings once for each mailbox, however many messages it got. */
  function ring(results: readonly Written[]): void {
    // A repeat within the batch hands its message over twice. A tail takes it once.
    const sent = results.filter((result) => 'text' in result);
    for (const [id, messages] of Map.groupBy(sent, ({ recipient }) => recipient.id))
      bell.ring(topic.mailbox(id), undefined, messages);
    for (const [id, messages] of Map.groupBy(sent, ({ senderId }) => senderId))
      bell.ring(topic.sent(id), undefined, messages);
  }

  return {
    send: (draft) => write(draft) as Promise<Message>,
    acknowledge: (acknowledgement) => write(acknowledgement) as Promise<Acknowledged>,

    async [Symbol.asyncDispose]() {
      if (inProgress === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    },
  };
}
