import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { type Doorbell, doorbell } from './doorbell.ts';

const CHANNEL = 'parley';
/** A NOTIFY holds less than 8,000 bytes (PostgreSQL's manual on NOTIFY). */
const MAX_BYTES = 7_900;
/** Rings that wait while the connection is away; what is more becomes one ring for everything. */
const MAX_WAITING = 10_000;
const EVERYTHING = '*';
/**
 * A connection that does not answer for as long as this is given up: the network may have swallowed
 * it.
 */
const ANSWER_MS = 5_000;
const HEARTBEAT_MS = 5_000;
const RETRY_MS = 500;

/**
 * Opens a doorbell that rings at all other servers too, by PostgreSQL's NOTIFY.
 *
 * A ring is heard here at once, and goes out in a statement of its own: within the transaction that
 * it tells of it would make commits wait for each other. What rings meanwhile shares the next
 * statement. It listens on a connection of its own. While that is away rings may be missed, so all
 * that is there rings once it is back. A server that dies between a commit and its ring is for the
 * others to notice: see `domain/lease.ts`.
 */
export async function sharedDoorbell(
  databaseUrl: string,
  onFault: (fault: unknown) => void,
): Promise<Doorbell> {
  const local = doorbell();
  const waiting = new Set<string>();
  const traffic = { sent: 0, received: 0 };
  let line: pg.Client | undefined;
  let sending: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let over = false;

  async function connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'parley doorbell',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    let lost = false;
    const lose = (fault: unknown): void => {
      // There are several ways to learn of it.
      if (lost) return;
      lost = true;
      clearInterval(heartbeat);
      client.end().catch(() => {});
      // A try that fails while it is away is no news.
      if (line === client) onFault(fault);
      line = undefined;
      if (!over) retry = setTimeout(connect, RETRY_MS);
    };
    const heartbeat = setInterval(() => client.query('select 1').catch(lose), HEARTBEAT_MS);
    client
      .on('error', lose)
      .on('end', () => lose(new Error('The connection of the doorbell was closed.')));
    client.on('notification', ({ processId, payload = '' }) => {
      // What this server rang is heard here already.
      if (processId === Object(client).processID) return;
      traffic.received += 1;
      for (const ring of payload.split('\n')) hear(ring);
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      return lose(error);
    }
    if (over) return lose(undefined);
    line = client;
    local.ringAll();
    sendSoon();
  }

  function hear(ring: string): void {
    const [topic = '', key] = ring.split('\t');
    if (topic === EVERYTHING) local.ringAll();
    else local.ring(topic, key);
  }

  function announce(ring: string): void {
    if (waiting.size < MAX_WAITING) waiting.add(ring);
    else waiting.add(EVERYTHING);
    sendSoon();
  }

  /**
   * What rings in the same turn of the event loop, or while a statement is under way, shares the
   * next.
   */
  function sendSoon(): void {
    sending ??= turn()
      .then(send)
      .finally(() => {
        sending = undefined;
      });
  }

  async function send(): Promise<void> {
    while (line && waiting.size > 0) {
      const client = line;
      const payloads = inPayloads(waiting);
      waiting.clear();
      try {
        await client.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [
          CHANNEL,
          payloads,
        ]);
        traffic.sent += payloads.length;
      } catch {
        // Doubled, should it have gone out. The heartbeat finds out whether the connection is lost.
        for (const payload of payloads) for (const ring of payload.split('\n')) waiting.add(ring);
        await wait(RETRY_MS);
      }
    }
  }

  await connect();
  return {
    traffic,
    ring(topic, key) {
      local.ring(topic, key);
      announce(key === undefined ? topic : `${topic}\t${key}`);
    },
    ringHere: local.ring,
    ringAll: local.ringAll,
    listen: local.listen,
    get listeners() {
      return local.listeners;
    },
    async [Symbol.asyncDispose]() {
      over = true;
      clearTimeout(retry);
      await sending;
      const last = line;
      line = undefined;
      await last?.end();
    },
  };
}

/** Rings, a line each, in as few texts as NOTIFY can carry. */
function inPayloads(rings: Iterable<string>): string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const ring of rings) {
    // All of it is ASCII: a character is a byte.
    if (payload.length + ring.length >= MAX_BYTES) {
      payloads.push(payload);
      payload = '';
    }
    payload += payload === '' ? ring : `\n${ring}`;
  }
  return payload === '' ? payloads : [...payloads, payload];
}
