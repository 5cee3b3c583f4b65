import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CreateAccount, Logout } from '../../../client/core/documents.ts';
import { newCable } from '../../support/cable.ts';
import { entranceAt, joined, newChat, PASSWORD } from '../../support/chat.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { personAt } from '../../support/person.ts';
import { startServer } from '../../support/process.ts';

test('a connection comes back when the server was killed and starts again', async () => {
  const DATABASE_URL = `file:${join(await temporaryFolder(), 'parley.db')}`;
  const server = await startServer({ DATABASE_URL });
  const { alice, bob } = await joined(entranceAt(server.url), ['alice', 'bob']);
  const reading = bob.read();
  await alice.send('bob', 'before');
  await reading.shown(1);
  await server.end('SIGKILL');
  await alice.becomes('offline');
  const sent = alice.send('bob', 'meanwhile');
  const live = bob.becomes('live');
  await startServer({ DATABASE_URL, PORT: new URL(server.url).port });
  expect(await sent).toMatchObject({ sent: true });
  await live;
  await alice.send('bob', 'after');
  expect((await reading.shown(3)).map(({ text }) => text)).toEqual(['before', 'meanwhile', 'after']);
});

test('waits between two tries grow, and no two clients wait the same', async () => {
  const { chat, alice } = await newChat('alice');
  const cable = await newCable(chat.url);
  const away = [alice, alice].map(({ token }) => personAt(cable.url, token));
  await Promise.all(away.map((person) => person.becomes('live')));
  const lost = away.map((person) => person.becomes('offline'));
  cable.cut();
  await Promise.all(lost);
  for (const person of away) await person.becomes('offline');
  const waits = away.map(({ statuses }) =>
    statuses.flatMap((status) => (status.is === 'offline' ? [status.retryIn] : [])),
  );
  for (const [first = 0, second = 0] of waits) expect(second).toBeGreaterThan(first);
  expect(waits[0]?.[0]).not.toBe(waits[1]?.[0]);
  for (const person of away) person.leave();
});

test('a session that is ended elsewhere is over, and is not tried again', async () => {
  const { chat, alice } = await newChat('alice');
  const elsewhere = personAt(chat.url, alice.token);
  await elsewhere.becomes('live');
  const ended = elsewhere.becomes('ended');
  await alice.ask(Logout, {}, { once: true });
  await ended;
  expect(elsewhere.statuses.map(({ is }) => is)).toEqual(['connecting', 'live', 'ended']);
});

test('one can leave while the connection is away', async () => {
  const { chat, alice } = await newChat('alice');
  const cable = await newCable(chat.url);
  const person = personAt(cable.url, alice.token);
  await person.becomes('live');
  const lost = person.becomes('offline');
  cable.cut();
  await lost;
  person.leave();
  // The try that was under way fails after that. An error that nobody catches would fail this test.
  await person.becomes('connecting');
});

test('what is done once fails when the server cannot be reached', async () => {
  const { chat } = await newChat();
  const cable = await newCable(chat.url);
  cable.cut();
  const stranger = personAt(cable.url);
  await expect(
    stranger.ask(CreateAccount, { input: { username: 'alice', password: PASSWORD } }, { once: true }),
  ).rejects.toThrow('[Network]');
});
