import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { coalesce } from './coalesce.ts';

const PREFIX = 'parley.';

/** A subject has no spaces. Ids have no full stops. */
export const subjectOf = (topic: string): string => PREFIX + topic.replaceAll(' ', '.');

interface Held {
  holders: number;
  subscription: Subscription | undefined;
}

/** The topics that someone listens to, each with its subscription while there is a connection. */
export function subscribedTopics(
  hear: (topic: string, key: string | undefined) => void,
  onSubscribed: (topic: string) => void,
) {
  const topics = new Map<string, Held>();
  const added = new Set<string>();
  let connection: NatsConnection | undefined;

  const confirm = coalesce(async () => {
    const confirmed = [...added];
    added.clear();
    try {
      await connection?.flush();
      for (const topic of confirmed) onSubscribed(topic);
    } catch {
      // NATS is away. Everything rings after the reconnect.
    }
  });

  const subscribe = (topic: string): Subscription | undefined =>
    connection?.subscribe(subjectOf(topic), {
      callback: (_error, message: Msg) => hear(topic, message.string() || undefined),
    });

  return {
    /** Subscribes to all topics so far. NATS' client repeats this after each reconnect. */
    connect(opened: NatsConnection): void {
      connection = opened;
      for (const [topic, held] of topics) held.subscription = subscribe(topic);
    },
    /** Subscribes to a topic until the returned function is called. */
    hold(topic: string): () => void {
      const held: Held = topics.get(topic) ?? { holders: 0, subscription: subscribe(topic) };
      if (held.holders === 0) {
        topics.set(topic, held);
        added.add(topic);
        if (connection) confirm();
      }
      held.holders += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        held.holders -= 1;
        if (held.holders > 0) return;
        held.subscription?.unsubscribe();
        topics.delete(topic);
      };
    },
  };
}
