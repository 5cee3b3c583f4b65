import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { chatServerAt, newClients } from '../support/chat.ts';
import { newDatabase } from '../support/database.ts';
import { metricsOf, startServer } from '../support/process.ts';
import { overEvents } from '../support/stream.ts';
import { openWire } from '../support/wire.ts';

const CLIENTS = 15;
/** Every kind there is. */
const SUBSCRIPTIONS = [
  'subscription { messageReceived { id } }',
  'subscription { messageSent { id } }',
  'subscription { receiptReceived { readThrough } }',
  'subscription { presenceChanged(of: ["ann"]) { online } }',
  'subscription { typingChanged(in: []) { typing } }',
];
const PATIENCE = { timeout: 30_000 };

test('listeners and timers drop to zero after clients vanish', async () => {
  const { url } = await startServer({ DATABASE_URL: await newDatabase() });
  /** What clients keep going in the server. */
  async function kept() {
    const metric = await metricsOf(url);
    return {
      listeners: metric('parley_doorbell_listeners'),
      sockets: metric('parley_sockets'),
      timers: metric('nodejs_active_resources{type="Timeout"}'),
    };
  }
  // Of a server that nobody has come to. A statement that is under way has a timer of its own, also
  // just after the start, so the least that was seen counts.
  let idle = await kept();
  const untilIdle = () =>
    expect
      .poll(async () => {
        const now = await kept();
        if (now.timers < idle.timers) idle = { ...idle, timers: now.timers };
        return isDeepStrictEqual(now, idle);
      }, PATIENCE)
      .toBe(true);
  const people = Object.values(await newClients(chatServerAt(url), ['ann', 'ben', 'eve']));
  for (const person of people) person.close();
  await untilIdle();

  for (let round = 1; round <= 2; round += 1) {
    const tokens = Array.from(
      { length: CLIENTS },
      (_, index) => people[index % people.length]?.token,
    );
    const streams = await Promise.all(tokens.map((token) => overEvents({ url, token })));
    const wires = await Promise.all(tokens.map((token) => openWire(url, token)));
    for (const { ask } of wires)
      for (const [index, query] of SUBSCRIPTIONS.entries()) ask(String(index), query);
    // A listener for each subscription, and one for each session that is there.
    const listeners = CLIENTS + CLIENTS * SUBSCRIPTIONS.length + people.length;
    await expect.poll(kept, PATIENCE).toMatchObject({ listeners, sockets: CLIENTS });
    expect((await kept()).timers).toBeGreaterThan(idle.timers);
    for (const stream of streams) stream.destroy();
    for (const { socket } of wires) socket.terminate();
    await untilIdle();
  }
});
