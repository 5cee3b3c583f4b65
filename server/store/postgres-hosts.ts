import type pg from 'pg';
import { checkDurability } from './postgres-checks.ts';

/** The hosts of a database, of which one at a time accepts writes, with a pool for each. */
export interface Hosts {
  readonly pools: readonly pg.Pool[];
  /** The pool of the host that was connected to last. */
  readonly current: pg.Pool;
  /** Connects to the host that was used last, or else to the first one that can be used. */
  connect(): Promise<{ readonly client: pg.PoolClient; readonly pool: pg.Pool }>;
  /** Closes the connections of a host that no longer accepts writes. */
  leave(pool: pg.Pool): void;
  end(): Promise<void>;
}

/** Called with each new connection. It fails if the connection must not be used. */
export type Accept = (client: pg.ClientBase) => Promise<unknown>;

/** Opens the pools. With several hosts, each connection is checked before it is used. */
export function hostPools(
  urls: readonly string[],
  newPool: (url: string, accept: Accept) => pg.Pool,
): Hosts {
  const accept = urls.length > 1 ? acceptPrimary : async () => {};
  const open = (url: string) => newPool(url, accept);
  const pools = urls.map(open);
  let last = 0;
  const poolOf = (index: number) => pools[index % pools.length] as pg.Pool;
  return {
    pools,
    get current() {
      return poolOf(last);
    },
    async connect() {
      const first = last;
      let failure: unknown;
      for (let index = first; index < first + pools.length; index += 1) {
        try {
          const pool = poolOf(index);
          const client = await pool.connect();
          last = index % pools.length;
          return { client, pool };
        } catch (error) {
          failure ??= error;
        }
      }
      throw failure;
    },
    leave(pool) {
      const index = pools.indexOf(pool);
      if (pools.length === 1 || index < 0) return;
      pools[index] = open(urls[index] ?? '');
      pool.end().catch(() => {});
    },
    end: async () => void (await Promise.all(pools.map((pool) => pool.end()))),
  };
}

/** A replica must not be written to, and a host that takes over must keep what it acknowledges. */
async function acceptPrimary(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query('show transaction_read_only');
  if (rows[0].transaction_read_only === 'on') throw new Error('The host accepts no writes.');
  await checkDurability(client);
}
