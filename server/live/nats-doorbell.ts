import { setTimeout as wait } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Doorbell, doorbell } from './doorbell.ts';
import { subjectOf, subscribedTopics } from './nats-topics.ts';
import { ringDelay } from './ring-delay.ts';

/** Rung after rings may have been lost on their way to the others. */
const EVERYTHING = 'everything';
const RETRY_DELAY_MS = 500;
/** How long a start waits for NATS. Without it, servers find new messages by polling. */
const START_MS = 3_000;
/** NATS has to answer within two of these: the network may drop packets silently. */
const HEARTBEAT_MS = 2_500;

/**
 * Opens a doorbell that also rings at the servers that listen, through NATS.
 *
 * A ring is heard here at once. Each topic is a subject, to which a server subscribes only while
 * someone there listens, so that a ring costs only those that need it. Once the subscription is in
 * force, the topic rings, since a ring may have been missed before. After a reconnect everything
 * rings, and so it does at the others if rings were lost here meanwhile.
 */
export async function natsDoorbell(
  urls: readonly string[],
  onFault: (fault: unknown) => void,
): Promise<Doorbell> {
  const local = doorbell();
  const traffic = { sent: 0, received: 0 };
  const delay = ringDelay();
  const subscriptions = subscribedTopics(hear, local.ring);
  let connection: NatsConnection | undefined;
  let isConnected = false;
  let isLost = false;
  let closing = false;

  function hear(topic: string, key: string | undefined): void {
    traffic.received += 1;
    if (topic === EVERYTHING) local.ringAll();
    else local.ring(topic, key);
  }

  function send(topic: string, key = ''): void {
    if (connection === undefined || !isConnected) {
      isLost = true;
      return;
    }
    connection.publish(subjectOf(topic), key);
    traffic.sent += 1;
    if (delay.begin()) timeReturn(connection);
  }

  /** NATS answers in order: its answer is as late here as the ring at the others. */
  function timeReturn(opened: NatsConnection): void {
    delay.sent();
    opened.flush().then(delay.arrived, delay.forget);
  }

  function onConnect(): void {
    delay.forget();
    isConnected = true;
    local.ringAll();
    if (isLost) send(EVERYTHING);
    isLost = false;
  }

  async function watch(opened: NatsConnection): Promise<void> {
    for await (const { type } of opened.status()) {
      if (type === 'reconnect') onConnect();
      if (type !== 'disconnect' || closing) continue;
      isConnected = false;
      onFault(new Error('The connection to NATS is lost.'));
    }
  }

  async function open(): Promise<void> {
    const { connect } = await import('@nats-io/transport-node');
    while (!closing) {
      try {
        const opened = await connect(optionsFor(urls));
        if (closing) return await opened.close();
        connection = opened;
        subscriptions.connect(opened);
        watch(opened).catch(onFault);
        return onConnect();
      } catch (error) {
        if (!isLost) onFault(error);
        isLost = true;
        await wait(RETRY_DELAY_MS);
      }
    }
  }

  subscriptions.hold(EVERYTHING);
  const opening = open();
  await Promise.race([opening, wait(START_MS, undefined, { ref: false })]);
  return {
    traffic,
    get isConnected() {
      return isConnected;
    },
    ring(topic, key, items) {
      local.ring(topic, key, items);
      send(topic, key);
    },
    ringHere: local.ringHere,
    ringAll: local.ringAll,
    listen(topic, heard) {
      const stop = local.listen(topic, heard);
      const release = subscriptions.hold(topic);
      return () => {
        stop();
        release();
      };
    },
    listenAlways(topic, heard) {
      local.listenAlways(topic, heard);
      subscriptions.hold(topic);
    },
    observeDelay: delay.observeWith,
    get listeners() {
      return local.listeners;
    },
    async [Symbol.asyncDispose]() {
      closing = true;
      isConnected = false;
      await opening;
      // Sends what is still to be sent.
      await connection?.drain().catch(() => {});
    },
  };
}

/** NATS' client takes the name and the password apart from the address. */
function optionsFor(urls: readonly string[]) {
  const { username, password } = new URL(urls[0] ?? '');
  const servers = urls.map((url) => {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  });
  return {
    servers,
    ...(password !== '' && {
      user: decodeURIComponent(username),
      pass: decodeURIComponent(password),
    }),
    ...(username !== '' && password === '' && { token: decodeURIComponent(username) }),
    name: 'parley doorbell',
    noEcho: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_DELAY_MS,
    pingInterval: HEARTBEAT_MS,
    maxPingOut: 2,
  };
}
