import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entranceAt, joined, temporaryFolder } from '../support/chat.ts';
import { metricsOf, startServer } from '../support/process.ts';
import { overEvents, overWebSocket } from '../support/stream.ts';

const CLIENTS = 30;
const PATIENCE = { timeout: 10_000 };

test('listeners and timers return to zero after clients vanish from quiet mailboxes', async () => {
  const { url } = await startServer({ DATABASE_URL: `file:${join(await temporaryFolder(), 'parley.db')}` });
  const entrance = entranceAt(url);
  const people = Object.values(await joined(entrance, ['ann', 'ben', 'eve']));
  for (const person of people) person.leave();

  /** What clients keep going in the server. */
  async function kept() {
    const metric = await metricsOf(url);
    return {
      listeners: metric('parley_doorbell_listeners'),
      sockets: metric('parley_sockets'),
      timers: metric('nodejs_active_resources{type="Timeout"}'),
    };
  }
  await expect.poll(kept, PATIENCE).toMatchObject({ listeners: 0, sockets: 0 });
  const before = await kept();

  for (let round = 1; round <= 2; round += 1) {
    const streams = await Promise.all(
      Array.from({ length: CLIENTS }, (_, index) => {
        const { token } = people[index % people.length] ?? {};
        return (index % 2 === 0 ? overWebSocket : overEvents)({ url, token });
      }),
    );
    // A listener for each subscription, and one for each session that is there.
    await expect.poll(kept, PATIENCE).toMatchObject({ listeners: CLIENTS + people.length, sockets: CLIENTS / 2 });
    expect((await kept()).timers).toBeGreaterThan(before.timers);
    for (const stream of streams) stream.vanish();
    await expect.poll(kept, PATIENCE).toEqual(before);
  }
});
