import pLimit from 'p-limit';
import { type Limits, RequestError } from '../schema/model.ts';
import { type TokenBucket, tokenBucket } from './token-bucket.ts';

/** Queries of one address that cost much run so many at a time; the others wait in order. */
const COSTLY_AT_A_TIME = 4;
/** How often quotas that nobody uses any more are forgotten. */
const SWEEP_EVERY_MS = 1_000;

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
  /** Counts a socket; false when there are as many as there may be, and it is not counted. */
  openSocket(): boolean;
  closeSocket(): void;
  /** Counts a TCP connection, as `openSocket` counts a WebSocket. */
  openConnection(): boolean;
  closeConnection(): void;
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
  const places = pLimit(COSTLY_AT_A_TIME);
  let operations = 0;
  let sockets = 0;
  let connections = 0;
  let lastTurn = Promise.resolve();
  const turn = (): Promise<void> => {
    lastTurn = lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return lastTurn;
  };
  return {
    rate,
    begin() {
      if (operations >= limits.maxOperationsPerAddress) {
        const message = `An address has at most ${limits.maxOperationsPerAddress} operations under way at a time.`;
        throw new RequestError('LIMIT_EXCEEDED', message);
      }
      operations += 1;
    },
    end() {
      operations -= 1;
    },
    openSocket() {
      if (sockets >= limits.maxSocketsPerAddress) return false;
      sockets += 1;
      return true;
    },
    closeSocket() {
      sockets -= 1;
    },
    openConnection() {
      if (connections >= limits.maxConnectionsPerAddress) return false;
      connections += 1;
      return true;
    },
    closeConnection() {
      connections -= 1;
    },
    turn,
    place: () =>
      new Promise((taken) => {
        places(async () => {
          await turn();
          await new Promise<void>((free) => taken(free));
        });
      }),
    idle: () => operations === 0 && sockets === 0 && connections === 0 && rate.full,
  };
}
