import type { Attempt } from './history.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { TestClient } from './test-client.ts';
import { newSignal, until } from './wait.ts';

/** Clients that send as fast as they get answers, and a record of what they sent. */
export interface Load {
  readonly attempts: readonly Attempt[];
  readonly acknowledged: readonly (Attempt & { readonly id: string })[];
  /** Resolves once `count` more messages have been acknowledged. */
  waitForMore(count: number): Promise<void>;
  /** Stops sending, and waits for the last answers. */
  stop(): Promise<void>;
  /** Number of acknowledged messages to a mailbox. */
  countFor(mailbox: string): number;
}

/** Makes each client send messages, one after another, to random recipients. */
export function generateLoad(
  senders: readonly TestClient[],
  recipients: readonly string[],
  { between }: SeededRandom,
): Load {
  const attempts: Attempt[] = [];
  const acknowledged: (Attempt & { id: string })[] = [];
  const answered = newSignal();
  let sending = true;

  async function write(sender: TestClient): Promise<void> {
    for (let number = 1; sending; number += 1) {
      const to = recipients[between(0, recipients.length - 1)] ?? '';
      const attempt = {
        from: sender.username,
        to,
        text: `${number} from ${sender.username}${'…'.repeat(between(0, 300))}`,
      };
      attempts.push(attempt);
      const outcome = await sender.send(to, attempt.text);
      if (!outcome.sent) throw new Error(outcome.reason);
      acknowledged.push({ ...attempt, id: outcome.message.id });
      answered.notify();
    }
  }
  const all = Promise.all(senders.map(write)).then(() => {});

  return {
    attempts,
    acknowledged,
    async waitForMore(count) {
      const wanted = acknowledged.length + count;
      // A failed send ends the wait.
      await Promise.race([all, until(answered, () => acknowledged.length >= wanted)]);
    },
    stop() {
      sending = false;
      return all;
    },
    countFor: (mailbox) => acknowledged.filter(({ to }) => to === mailbox).length,
  };
}
