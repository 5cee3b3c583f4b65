import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chance } from '../support/chance.ts';
import { entranceAt, joined, temporaryFolder } from '../support/chat.ts';
import { type Attempt, FLAWLESS, judge } from '../support/history.ts';
import type { Person } from '../support/person.ts';
import { startServer } from '../support/process.ts';
import { openReader } from '../support/reader.ts';
import { overEvents, overWebSocket } from '../support/stream.ts';
import { until, waitable } from '../support/wait.ts';

const ROUNDS = 5;
const SENDERS = ['sue', 'sam', 'sid', 'sol', 'sky', 'san', 'ste', 'sal'];

test('nothing is lost, repeated, invented, reordered or left out while the server is killed again and again', async () => {
  const { seed, between } = chance();
  const settings = { DATABASE_URL: `file:${join(await temporaryFolder(), 'parley.db')}` };
  let server = await startServer(settings);
  const { url } = server;
  let up = Promise.resolve(url);
  const entrance = entranceAt(url);
  const people = await joined(entrance, [...SENDERS, 'ann', 'ben', 'eve']);

  // Ann has two clients of ours; Ben's and Eve's go on by themselves where they were.
  const anns = [people.ann as Person, await entrance.login('ann')].map((ann) => ann.read());
  const resuming = [
    await openReader({ transport: overWebSocket, server: () => up, token: people.ben?.token, mailbox: 'ben' }),
    await openReader({ transport: overEvents, server: () => up, token: people.eve?.token, mailbox: 'eve' }),
  ];

  const attempts: Attempt[] = [];
  const acknowledged: (Attempt & { id: string })[] = [];
  const answered = waitable();
  let writing = true;
  async function keepSending(from: string, sender: Person): Promise<void> {
    for (let number = 1; writing; number += 1) {
      const to = ['ann', 'ben', 'eve'][between(0, 2)] ?? 'ann';
      const attempt = { from, to, text: `${number} from ${from} ${'…'.repeat(between(0, 300))}` };
      attempts.push(attempt);
      const outcome = await sender.send(to, attempt.text);
      if (!outcome.sent) throw new Error(outcome.reason);
      acknowledged.push({ ...attempt, id: outcome.message.id });
      answered.notify();
    }
  }
  const sending = Promise.all(SENDERS.map((name) => keepSending(name, people[name] as Person)));
  const underWay = (count: number) => Promise.race([sending, until(answered, () => acknowledged.length >= count)]);

  for (let round = 1; round <= ROUNDS; round += 1) {
    await underWay(acknowledged.length + between(100, 500));
    up = server.end('SIGKILL').then(async () => {
      server = await startServer({ ...settings, PORT: new URL(url).port });
      return server.url;
    });
    await up;
  }
  await underWay(acknowledged.length + 100);
  writing = false;
  await sending;

  const count = (mailbox: string) => acknowledged.filter(({ to }) => to === mailbox).length;
  await Promise.all([
    ...anns.map((reading) => reading.shown(count('ann'))),
    ...resuming.map((reader) => reader.reaches(count(reader.mailbox))),
  ]);
  const readers = [...anns.map(({ messages }) => ({ mailbox: 'ann', after: 0, streams: [messages] })), ...resuming];
  console.log(
    `${acknowledged.length} messages, ${ROUNDS} kills`,
    readers.map(({ streams }) => streams.length),
  );
  expect({ seed, ...judge({ attempts, acknowledged, readers }) }).toEqual({ seed, ...FLAWLESS });
  expect(resuming.map(({ streams }) => streams.length > ROUNDS)).toEqual([true, true]);
});
