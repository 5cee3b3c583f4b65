import { expect, onTestFinished, test } from 'vitest';
import type { Doorbell } from '../../../server/live/doorbell.ts';
import { natsDoorbell } from '../../../server/live/nats-doorbell.ts';
import { hasNats, newNats } from '../../support/nats.ts';
import type { NatsServer } from '../../support/nats-server.ts';
import { newSignal, until } from '../../support/wait.ts';

/** Bells over one NATS server. */
async function newBells({ url }: NatsServer, count: number): Promise<Doorbell[]> {
  const bells = await Promise.all(
    Array.from({ length: count }, () => natsDoorbell([url], () => {})),
  );
  onTestFinished(async () => {
    for (const bell of bells) await bell[Symbol.asyncDispose]();
  });
  return bells;
}

/** Collects the keys that are heard under a topic, from the first ring on, which confirms it. */
async function listenTo(bell: Doorbell | undefined, topic: string) {
  const keys: (string | undefined)[] = [];
  const heard = newSignal();
  const stop = bell?.listen(topic, (key) => {
    keys.push(key);
    heard.notify();
  });
  const hears = (count: number) => until(heard, () => keys.length >= count);
  await hears(1);
  keys.length = 0;
  return { keys, hears, stop };
}

test.runIf(hasNats)('a ring through NATS is heard by those who listen, once each', async () => {
  const [here, there, away] = await newBells(await newNats(), 3);
  const listening = [await listenTo(here, 'receipts 1'), await listenTo(there, 'receipts 1')];
  const last = [await listenTo(here, 'the last'), await listenTo(there, 'the last')];
  here?.ring('receipts 1', '2');
  here?.ring('receipts 1');
  here?.ring('another');
  here?.ring('the last');
  await Promise.all(last.map(({ hears }) => hears(1)));
  for (const { keys } of listening) expect(keys).toEqual(['2', undefined]);
  expect(here?.traffic.sent).toBe(4);
  expect(there?.traffic.received).toBe(3);
  expect(away?.traffic.received).toBe(0);

  listening[1]?.stop?.();
  here?.ring('receipts 1');
  here?.ring('the last');
  await last[1]?.hears(2);
  expect(there?.traffic.received).toBe(4);
});

test.runIf(hasNats)('a doorbell times a ring until NATS has answered', async () => {
  const [bell] = await newBells(await newNats(), 1);
  const delays: number[] = [];
  bell?.observeDelay((seconds) => delays.push(seconds));
  for (const topic of ['a', 'b', 'c']) bell?.ring(topic);
  await expect.poll(() => delays).toEqual([expect.any(Number)]);
  bell?.ring('a');
  await expect.poll(() => delays).toHaveLength(2);
});

test.runIf(hasNats)('after an outage of NATS everything rings, also what was lost', async () => {
  const nats = await newNats();
  const [here, there] = await newBells(nats, 2);
  const listening = [await listenTo(here, 'mailbox 1'), await listenTo(there, 'mailbox 1')];
  await nats.kill();
  await expect.poll(() => [here?.isConnected, there?.isConnected]).toEqual([false, false]);
  here?.ring('mailbox 1');
  await nats.start();
  await Promise.all(listening.map(({ hears }, index) => hears(index === 0 ? 2 : 1)));
  await expect.poll(() => [here?.isConnected, there?.isConnected]).toEqual([true, true]);
  const after = listening[1]?.keys.length ?? 0;
  here?.ring('mailbox 1');
  await listening[1]?.hears(after + 1);
});

test.runIf(hasNats)(
  'a doorbell whose NATS is away at the start rings once it is there',
  async () => {
    const nats = await newNats();
    await nats.kill();
    const [here] = await newBells(nats, 1);
    expect(here?.isConnected).toBe(false);
    const listening = listenTo(here, 'mailbox 1');
    await nats.start();
    await listening;
    await expect.poll(() => here?.isConnected).toBe(true);
  },
);

test.runIf(hasNats)('a doorbell logs in to NATS with the password of its URL', async () => {
  const { url } = await newNats(['--user', 'parley', '--pass', 'p ss']);
  const [here, there] = await newBells(
    { url: url.replace('//', '//parley:p%20ss@'), kill: async () => {}, start: async () => {} },
    2,
  );
  const { hears } = await listenTo(there, 'mailbox 1');
  here?.ring('mailbox 1');
  await hears(1);
});
