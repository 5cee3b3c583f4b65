import { expect, onTestFinished, test } from 'vitest';
import { sharedDoorbell } from '../../../server/live/postgres-doorbell.ts';
import { newDatabase } from '../../support/database.ts';
import { withClient } from '../../support/postgres-client.ts';
import { newSignal, until } from '../../support/wait.ts';

/** Bells over one database. */
async function newBells(count: number) {
  const url = await newDatabase();
  const faults: unknown[] = [];
  const bells = await Promise.all(
    Array.from({ length: count }, () => sharedDoorbell([url], (fault) => faults.push(fault))),
  );
  onTestFinished(async () => {
    for (const bell of bells) await bell[Symbol.asyncDispose]();
  });
  return { url, faults, bells };
}

/** Collects the keys that are heard under a topic. */
function listenTo(bell: Awaited<ReturnType<typeof sharedDoorbell>>, topic: string) {
  const keys: (string | undefined)[] = [];
  const heard = newSignal();
  bell.listen(topic, (key) => {
    keys.push(key);
    heard.notify();
  });
  return { keys, hears: (count: number) => until(heard, () => keys.length >= count) };
}

test('a ring is heard with its key at every server, and once at its own', async () => {
  const { bells } = await newBells(3);
  const [first] = bells;
  const listening = bells.map((bell) => listenTo(bell, 'receipts 1'));
  const last = bells.map((bell) => listenTo(bell, 'the last'));
  first?.ring('receipts 1', '2');
  first?.ring('receipts 1');
  first?.ring('another');
  first?.ring('the last');
  await Promise.all(last.map(({ hears }) => hears(1)));
  expect(listening.map(({ keys }) => keys)).toEqual([
    ['2', undefined],
    ['2', undefined],
    ['2', undefined],
  ]);
});

test('ringHere is heard at this server alone', async () => {
  const { bells } = await newBells(2);
  const [here, there] = bells.map((bell) => listenTo(bell, 'mailbox 1'));
  const last = listenTo(bells[1] as never, 'the last');
  bells[0]?.ringHere('mailbox 1');
  bells[0]?.ring('the last');
  await last.hears(1);
  expect([here?.keys, there?.keys]).toEqual([[undefined], []]);
});

test('concurrent rings share as few NOTIFY payloads as possible', async () => {
  const { bells } = await newBells(2);
  const [here, there] = bells;
  const topics = Array.from(
    { length: 1_000 },
    (_, number) => `mailbox ${String(number).padStart(36, '0')}`,
  );
  const listening = topics.map((topic) => listenTo(there as never, topic));
  for (const topic of topics) for (const _twice of [1, 2]) here?.ring(topic);
  await Promise.all(listening.map(({ hears }) => hears(1)));
  // 45 bytes each in less than 8,000.
  await expect.poll(() => [here?.traffic.sent, there?.traffic.received]).toEqual([6, 6]);
  expect(listening.every(({ keys }) => keys.length === 1)).toBe(true);
});

/** Ends the connections of all bells. */
const breakLines = (url: string) =>
  withClient(url, (client) =>
    client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'parley doorbell' and datname = current_database()`,
    ),
  );

test('a doorbell times one of several rings, until it has come back', async () => {
  const { bells } = await newBells(2);
  const delays: number[] = [];
  bells[0]?.observeDelay((seconds) => delays.push(seconds));
  for (const topic of ['a', 'b', 'c']) bells[0]?.ring(topic);
  bells[1]?.ring('d');
  await expect.poll(() => delays).toEqual([expect.any(Number)]);
  expect(delays[0]).toBeGreaterThan(0);
  bells[0]?.ring('a');
  await expect.poll(() => delays).toHaveLength(2);
});

test('a doorbell does not time a ring that waits for a connection', async () => {
  const { url, bells } = await newBells(1);
  const [bell] = bells;
  const delays: number[] = [];
  bell?.observeDelay((seconds) => delays.push(seconds));
  await breakLines(url);
  await expect.poll(() => bell?.isConnected, { interval: 10 }).toBe(false);
  bell?.ring('mailbox 1');
  await expect.poll(() => bell?.traffic.sent).toBe(1);
  expect(delays).toEqual([]);
  bell?.ring('mailbox 1');
  await expect.poll(() => delays).toHaveLength(1);
});

test('a doorbell reconnects, rings everything, and sends what is queued', async () => {
  const { url, bells, faults } = await newBells(2);
  const [here, there] = bells;
  const listening = [listenTo(here as never, 'mailbox 1'), listenTo(there as never, 'mailbox 1')];
  await breakLines(url);
  await Promise.all(listening.map(({ hears }) => hears(1)));
  expect(faults).toHaveLength(2);
  expect(bells.map(({ isConnected }) => isConnected)).toEqual([true, true]);
  here?.ring('mailbox 1');
  await listening[1]?.hears(2);
});

test('a doorbell sends its last rings and closes its connection on disposal', async () => {
  const { url, bells } = await newBells(2);
  const listening = listenTo(bells[1] as never, 'mailbox 1');
  bells[0]?.ring('mailbox 1');
  await bells[0]?.[Symbol.asyncDispose]();
  await listening.hears(1);
  expect(bells.map(({ isConnected }) => isConnected)).toEqual([false, true]);
  const listeners = () =>
    withClient(url, async (client) => {
      const { rows } = await client.query(
        `select pid from pg_stat_activity where application_name = 'parley doorbell' and datname = current_database()`,
      );
      return rows;
    });
  await expect.poll(listeners).toHaveLength(1);
});
