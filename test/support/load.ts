import type { Attempt } from './history.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { TestClient } from './test-client.ts';
import { newSignal, until } from './wait.ts';

/** People who write as fast as they get answers, and the record of it. */
export interface Load {
  readonly attempts: readonly Attempt[];
  readonly acknowledged: readonly (Attempt & { readonly id: string })[];
  /** Resolves once so many more messages have been acknowledged, counted from now. */
  waitForMore(count: number): Promise<void>;
  /** Lets everybody get their last answer. */
  stop(): Promise<void>;
  /** How many acknowledged messages a mailbox got. */
  countFor(mailbox: string): number;
}

/** Lets each of these people write to one of the recipients after another, chosen by chance. */
export function generateLoad(
  people: readonly TestClient[],
  recipients: readonly string[],
  { between }: SeededRandom,
): Load {
  const attempts: Attempt[] = [];
  const acknowledged: (Attempt & { id: string })[] = [];
  const answered = newSignal();
  let writing = true;

  async function write(person: TestClient): Promise<void> {
    for (let number = 1; writing; number += 1) {
      const to = recipients[between(0, recipients.length - 1)] ?? '';
      const attempt = {
        from: person.username,
        to,
        text: `${number} from ${person.username}${'…'.repeat(between(0, 300))}`,
      };
      attempts.push(attempt);
      const outcome = await person.send(to, attempt.text);
      if (!outcome.sent) throw new Error(outcome.reason);
      acknowledged.push({ ...attempt, id: outcome.message.id });
      answered.notify();
    }
  }
  const all = Promise.all(people.map(write)).then(() => {});

  return {
    attempts,
    acknowledged,
    async waitForMore(count) {
      const wanted = acknowledged.length + count;
      // Whoever fails to write ends the wait.
      await Promise.race([all, until(answered, () => acknowledged.length >= wanted)]);
    },
    stop() {
      writing = false;
      return all;
    },
    countFor: (mailbox) => acknowledged.filter(({ to }) => to === mailbox).length,
  };
}
