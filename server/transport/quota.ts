import pLimit from 'p-limit';
import { RequestError } from '../../schema/errors.ts';
import type { Limits } from '../../schema/limits.ts';
import { type TokenBucket, tokenBucket } from './token-bucket.ts';

/** Expensive queries of one address that run at the same time. The others wait in order. */
const MAX_EXPENSIVE_QUERIES = 4;
/** How often unused quotas are dropped. */
const SWEEP_EVERY_MS = 1_000;

/** A limited number of slots. */
export interface Slots {
  /** Takes a slot until `release` is called. Returns false if all are taken. */
  take(): boolean;
  release(): void;
  readonly taken: number;
}

/** What the clients of one address use of this server, and how much more they may use. */
export interface Quota {
  /** Operations per second, counted over HTTP requests and WebSocket frames alike. */
  readonly rate: TokenBucket;
  /** Counts an operation in progress. @throws {RequestError} LIMIT_EXCEEDED if one too many. */
  startOperation(): void;
  finishOperation(): void;
  readonly sockets: Slots;
  /** TCP connections of every kind, sockets included. */
  readonly connections: Slots;
  /** Waits for the address's next turn of the event loop, so that other addresses get theirs. */
  nextTurn(): Promise<void>;
  /** Waits for a slot for an expensive query, then for a turn. Resolves with its release. */
  expensiveQuerySlot(): Promise<() => void>;
}

/** The quotas of all addresses. Unused ones are dropped, so that their number stays bounded. */
export interface Quotas extends Disposable {
  of(address: string): Quota;
}

export function openQuotas(limits: Limits): Quotas {
  const byAddress = new Map<string, ReturnType<typeof newQuota>>();
  const sweeping = setInterval(() => {
    for (const [address, { isUnused }] of byAddress) if (isUnused()) byAddress.delete(address);
  }, SWEEP_EVERY_MS).unref();
  return {
    of(address) {
      const quota = byAddress.get(address) ?? newQuota(limits);
      byAddress.set(address, quota);
      return quota;
    },
    [Symbol.dispose]: () => clearInterval(sweeping),
  };
}

function newQuota(limits: Limits): Quota & { isUnused(): boolean } {
  const rate = tokenBucket(limits.maxOperationsPerSecondPerAddress);
  const operations = slots(limits.maxOperationsPerAddress);
  const sockets = slots(limits.maxSocketsPerAddress);
  const connections = slots(limits.maxConnectionsPerAddress);
  const nextTurn = eventLoopTurns();
  return {
    rate,
    sockets,
    connections,
    startOperation() {
      if (!operations.take()) throw tooManyOperations('from this address', operations.taken);
    },
    finishOperation: operations.release,
    nextTurn,
    expensiveQuerySlot: expensiveQuerySlots(nextTurn),
    isUnused: () =>
      rate.full && [operations, sockets, connections].every(({ taken }) => taken === 0),
  };
}

/** Returns the error of an operation that is one too many; `where` names what the limit is of. */
export const tooManyOperations = (where: string, limit: number): RequestError =>
  new RequestError(
    'LIMIT_EXCEEDED',
    `Too many operations in progress ${where}: the limit is ${limit}. Wait for one to finish.`,
  );

function slots(limit: number): Slots {
  let taken = 0;
  return {
    take() {
      if (taken >= limit) return false;
      taken += 1;
      return true;
    },
    release() {
      taken -= 1;
    },
    get taken() {
      return taken;
    },
  };
}

/** Gives one caller each turn of the event loop, in order. */
function eventLoopTurns(): () => Promise<void> {
  let lastTurn = Promise.resolve();
  return () => {
    lastTurn = lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return lastTurn;
  };
}

function expensiveQuerySlots(nextTurn: () => Promise<void>): () => Promise<() => void> {
  const limit = pLimit(MAX_EXPENSIVE_QUERIES);
  return () =>
    new Promise((resolve) => {
      limit(async () => {
        await nextTurn();
        await new Promise<void>((release) => resolve(release));
      });
    });
}
