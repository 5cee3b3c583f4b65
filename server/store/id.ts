import { randomFillSync, randomInt } from 'node:crypto';
import { v7 } from 'uuid';

const ID_BYTES = 16;

/** Random bytes for the next ids: to ask the system for each id would cost more than the id. */
const pool = new Uint8Array(256 * ID_BYTES);
let used = pool.length;

/** Where an id sorts: by its time, and by `seq` within a millisecond. */
interface Order {
  readonly msecs: number;
  readonly seq: number;
}

/** Returns a new UUIDv7 (RFC 9562), which sorts after those before it unless its order is given. */
export function newId(order = nextOrder()): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + ID_BYTES);
  used += ID_BYTES;
  return v7({ ...order, random });
}

let latest: Order = { msecs: 0, seq: 0 };

/** The place after that of all ids before: in their millisecond, or in a new one. */
function nextOrder(): Order {
  const { msecs, seq } = latest;
  const now = Date.now();
  latest = now > msecs ? { msecs: now, seq: firstSeq() } : { msecs, seq: seq + 1 };
  return latest;
}

/** Returns a random `seq` (RFC 9562), so that ids of several servers in a millisecond differ. */
export const firstSeq = (): number => randomInt(2 ** 31);
