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

/** That of the latest id without another order. */
let latest: Order = { msecs: 0, seq: 0 };

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

/** A millisecond begins with a random `seq`, so that the ids of several servers differ. */
function nextOrder(): Order {
  const now = Date.now();
  latest =
    now > latest.msecs
      ? { msecs: now, seq: randomInt(2 ** 31) }
      : { ...latest, seq: latest.seq + 1 };
  return latest;
}
