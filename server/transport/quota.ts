import pLimit from 'p-limit';
import { RequestError } from '../../schema/errors.ts';
import type { Limits } from '../../schema/limits.ts';
import { type TokenBucket, tokenBucket } from './token-bucket.ts';

/** Queries of one address that cost much run so many at a time; the others wait in order. */
const COSTLY_AT_A_TIME = 4;
/** How often quotas that nobody uses any more are forgotten. */
const SWEEP_EVERY_MS = 1_000;

/** A limited number of places. */
export interface Places {
  /** Takes a place until it is left; false when all are taken. */
  take(): boolean;
  leave(): void;
  readonly taken: number;
}

/** What the clients of one address take of this server, and how much more they may take. */
export interface Quota {
  /** Operations a second. Requests and frames take from it alike. */
  readonly rate: TokenBucket;
  /**
   * Counts an operation as under way until it is ended. @throws {RequestError} LIMIT_EXCEEDED at
   * one too many.
   */
  begin(): void;
  end(): void;
  /** WebSockets, and TCP connections of every kind. */
  readonly sockets: Places;
  readonly connections: Places;
  /**
   * Waits for a turn of the event loop that the address has not used yet, so that others come in
   * between.
   */
  turn(): Promise<void>;
  /**
   * Waits for a turn and one of the few places for queries that cost much; what it resolves with
   * frees it.
   */
  place(): Promise<() => void>;
}

/**
 * The quotas of all addresses. One that is not used any more is forgotten, so that their number
 * stays bounded.
 */
export interface Quotas extends Disposable {
  of(address: string): Quota;
}

export function openQuotas(limits: Limits): Quotas {
  const byAddress = new Map<string, ReturnType<typeof quota>>();
  const sweeping = setInterval(() => {
    for (const [address, { idle }] of byAddress) if (idle()) byAddress.delete(address);
  }, SWEEP_EVERY_MS).unref();
  return {
    of(address) {
      const found = byAddress.get(address) ?? quota(limits);
      byAddress.set(address, found);
      return found;
    },
    [Symbol.dispose]: () => clearInterval(sweeping),
  };
}

function quota(limits: Limits): Quota & { idle(): boolean } {
  const rate = tokenBucket(limits.maxOperationsPerSecondPerAddress);
  const costly = pLimit(COSTLY_AT_A_TIME);
  const operations = places(limits.maxOperationsPerAddress);
  const sockets = places(limits.maxSocketsPerAddress);
  const connections = places(limits.maxConnectionsPerAddress);
  let lastTurn = Promise.resolve();
  const turn = (): Promise<void> => {
    lastTurn = lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return lastTurn;
  };
  return {
    rate,
    sockets,
    connections,
    begin() {
      if (operations.take()) return;
      const message = `An address has at most ${limits.maxOperationsPerAddress} operations under way at a time.`;
      throw new RequestError('LIMIT_EXCEEDED', message);
    },
    end: operations.leave,
    turn,
    place: () =>
      new Promise((taken) => {
        costly(async () => {
          await turn();
          await new Promise<void>((free) => taken(free));
        });
      }),
    idle: () => rate.full && [operations, sockets, connections].every(({ taken }) => taken === 0),
  };
}

function places(limit: number): Places {
  let taken = 0;
  return {
    take() {
      if (taken >= limit) return false;
      taken += 1;
      return true;
    },
    leave() {
      taken -= 1;
    },
    get taken() {
      return taken;
    },
  };
}
