import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { coalesce } from './coalesce.ts';
import { type Doorbell, doorbell } from './doorbell.ts';

const CHANNEL = 'parley';
/** A NOTIFY payload holds less than 8,000 bytes (PostgreSQL's manual on NOTIFY). */
const MAX_BYTES = 7_900;
/** Rings that are queued while the connection is down; beyond that they become one EVERYTHING. */
const MAX_QUEUED = 10_000;
const EVERYTHING = '*';
/** A connection that does not answer in time is given up: the network may drop packets silently. */
const TIMEOUT_MS = 5_000;
const HEARTBEAT_MS = 5_000;
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

  const line = reconnectingLine(urls, {
    onConnect() {
      local.ringAll();
      send();
    },
    onPayload(payload) {
      traffic.received += 1;
      for (const ring of payload.split('\n')) hear(ring);
    },
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
      if (queued.size >= MAX_QUEUED) queued.add(EVERYTHING);
      else queued.add(key === undefined ? topic : `${topic}\t${key}`);
      send();
    },
    ringHere: local.ringHere,
    ringAll: local.ringAll,
    listen: local.listen,
    listenAlways: (topic, heard) => local.listenAlways(topic, heard),
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

interface LineEvents {
  /** Called after each connect, the first included. */
  onConnect(): void;
  /** Called with each payload of another server. */
  onPayload(payload: string): void;
  /** Called when an open connection is lost. Failed reconnects are not reported. */
  onFault(fault: unknown): void;
}

/** A connection that listens to the channel, and is replaced whenever it is lost. */
interface Line {
  /** Resolves after the first attempt, even if it failed. */
  connect(): Promise<void>;
  readonly isOpen: boolean;
  notify(payloads: readonly string[]): Promise<unknown>;
  stopReconnecting(): void;
  close(): Promise<void>;
}

function reconnectingLine(urls: readonly string[], events: LineEvents): Line {
  let attempts = 0;
  let open: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closing = false;

  async function connect(): Promise<void> {
    const client = newClient(urls[attempts % urls.length] ?? '');
    const heartbeat = setInterval(() => check().catch(lose), HEARTBEAT_MS);
    let lost = false;

    /** Fails unless the host answers, and, if there are others, accepts writes. */
    async function check(): Promise<void> {
      const { rows } = await client.query('show transaction_read_only');
      const isReplica = urls.length > 1 && rows[0].transaction_read_only === 'on';
      if (isReplica) throw new Error('The host of the doorbell accepts no writes.');
    }

    /** Several events report the loss of one connection. */
    function lose(fault: unknown): void {
      if (lost) return;
      lost = true;
      clearInterval(heartbeat);
      attempts += 1;
      client.end().catch(() => {});
      if (open === client) events.onFault(fault);
      open = undefined;
      if (!closing) retry = setTimeout(connect, RETRY_DELAY_MS);
    }

    client
      .on('error', lose)
      .on('end', () => lose(new Error('The connection of the doorbell was closed.')))
      .on('notification', ({ processId, payload = '' }) => {
        // This server's own rings are heard here already.
        if (processId !== Object(client).processID) events.onPayload(payload);
      });
    try {
      await client.connect();
      await check();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      return lose(error);
    }
    if (closing) return lose(undefined);
    open = client;
    events.onConnect();
  }

  return {
    connect,
    get isOpen() {
      return open !== undefined;
    },
    notify: async (payloads) =>
      open?.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [
        CHANNEL,
        payloads,
      ]),
    stopReconnecting() {
      closing = true;
      clearTimeout(retry);
    },
    async close() {
      const last = open;
      open = undefined;
      await last?.end();
    },
  };
}

const newClient = (connectionString: string): pg.Client =>
  new pg.Client({
    connectionString,
    application_name: 'parley doorbell',
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });

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
