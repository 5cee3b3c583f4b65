import { setTimeout as wait } from 'node:timers/promises';
import { coalesce } from './coalesce.ts';
import { type Doorbell, doorbell } from './doorbell.ts';
import { reconnectingLine } from './postgres-line.ts';
import { ringDelay } from './ring-delay.ts';

/** A NOTIFY payload holds less than 8,000 bytes (PostgreSQL's manual on NOTIFY). */
const MAX_BYTES = 7_900;
/** Rings that are queued while the connection is down; beyond that they become one EVERYTHING. */
const MAX_QUEUED = 10_000;
const EVERYTHING = '*';
const RETRY_DELAY_MS = 500;

/**
 * Opens a doorbell that also rings at all other servers, through PostgreSQL's NOTIFY. Of several
 * hosts of the database it uses one that accepts writes.
 *
 * A ring is heard here at once. NOTIFY runs in a statement of its own, since inside a transaction
 * it makes commits wait for each other. It listens on a connection of its own, and rings everything
 * after a reconnect, since rings may have been missed. The ring of a server that dies right after
 * its commit is lost: `domain/connected.ts` notices.
 */
export async function sharedDoorbell(
  urls: readonly string[],
  onFault: (fault: unknown) => void,
): Promise<Doorbell> {
  const local = doorbell();
  const traffic = { sent: 0, received: 0 };
  const queued = new Set<string>();
  const delay = ringDelay();

  const line = reconnectingLine(urls, {
    onConnect() {
      delay.forget();
      local.ringAll();
      send();
    },
    onPayload(payload) {
      traffic.received += 1;
      for (const ring of payload.split('\n')) hear(ring);
    },
    onReturn: delay.arrived,
    onFault,
  });

  function hear(ring: string): void {
    const [topic = '', key] = ring.split('\t');
    if (topic === EVERYTHING) local.ringAll();
    else local.ring(topic, key);
  }

  const send = coalesce(async () => {
    while (line.isOpen && queued.size > 0) {
      const payloads = inPayloads(queued);
      queued.clear();
      delay.sent();
      try {
        await line.notify(payloads);
        traffic.sent += payloads.length;
      } catch {
        // They may be sent twice; that is harmless. The heartbeat notices a lost connection.
        for (const payload of payloads) for (const ring of payload.split('\n')) queued.add(ring);
        await wait(RETRY_DELAY_MS);
      }
    }
  });

  await line.connect();
  return {
    traffic,
    get isConnected() {
      return line.isOpen;
    },
    ring(topic, key, items) {
      local.ring(topic, key, items);
      delay.begin();
      if (queued.size >= MAX_QUEUED) queued.add(EVERYTHING);
      else queued.add(key === undefined ? topic : `${topic}\t${key}`);
      send();
    },
    ringHere: local.ringHere,
    ringAll: local.ringAll,
    listen: local.listen,
    listenAlways: (topic, heard) => local.listenAlways(topic, heard),
    observeDelay: delay.observeWith,
    get listeners() {
      return local.listeners;
    },
    async [Symbol.asyncDispose]() {
      line.stopReconnecting();
      await send();
      await line.close();
    },
  };
}

/** Packs rings, a line each, into as few payloads as possible. */
function inPayloads(rings: Iterable<string>): string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const ring of rings) {
    // Rings are ASCII: a character is a byte.
    if (payload.length + ring.length >= MAX_BYTES) {
      payloads.push(payload);
      payload = '';
    }
    payload += payload === '' ? ring : `\n${ring}`;
  }
  return payload === '' ? payloads : [...payloads, payload];
}
