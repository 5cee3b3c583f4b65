import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const ID_BYTES = 16;

/** Random bytes for the next ids: to ask the system for each id would cost more than the id. */
const pool = new Uint8Array(256 * ID_BYTES);
let used = pool.length;

/**
 * Returns a new UUIDv7 (RFC 9562), which sorts by its time: now, or `msecs`, and in the order of
 * `seq` within a millisecond.
 */
export function newId(order: { readonly msecs?: number; readonly seq?: number } = {}): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + ID_BYTES);
  used += ID_BYTES;
  return v7({ ...order, random });
}
