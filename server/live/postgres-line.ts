import pg from 'pg';

const CHANNEL = 'parley';
/** A connection that does not answer in time is given up: the network may drop packets silently. */
const TIMEOUT_MS = 5_000;
const HEARTBEAT_MS = 5_000;
const RETRY_DELAY_MS = 500;

interface LineEvents {
  /** Called after each connect, the first included. */
  onConnect(): void;
  /** Called with each payload of another server. */
  onPayload(payload: string): void;
  /** Called for each payload of this server, which comes back to it. */
  onReturn(): void;
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

/**
 * Makes a line that is not connected yet. Of several hosts of the database it uses one that accepts
 * writes.
 */
export function reconnectingLine(urls: readonly string[], events: LineEvents): Line {
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
        if (processId === Object(client).processID) events.onReturn();
        else events.onPayload(payload);
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
