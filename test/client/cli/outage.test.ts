import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { chatServerAt, PASSWORD } from '../../support/chat.ts';
import { openInteractive } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startServer } from '../../support/process.ts';
import { newRecording } from '../../support/recording.ts';
import { KEYS } from '../../support/terminal.ts';

/** `PICTURES=docs` renews the recording of the README. */
const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

test('two terminals lose and repeat nothing when the server is killed', async () => {
  const DATABASE_URL = `file:${join(await temporaryFolder(), 'parley.db')}`;
  const server = await startServer({ DATABASE_URL });
  const { create } = chatServerAt(server.url);
  const alice = await openInteractive({ url: server.url }, 52);
  const bob = await openInteractive({ url: server.url }, 52);
  for (const [name, terminal] of Object.entries({ alice, bob })) {
    await create(name);
    terminal.type(`login ${name} ${PASSWORD}${KEYS.enter}`);
    await terminal.shows(`Welcome, ${name}.`);
  }
  const recording = newRecording();
  async function record(caption: string, seconds: number): Promise<void> {
    const screens = await Promise.all([alice.lines(), bob.lines()]);
    const fromFirstMessage = (lines: string[]) =>
      lines.slice(lines.findIndex((line) => line.startsWith('[')));
    recording.add({ caption, seconds, screens: screens.map(fromFirstMessage) });
  }

  for (const [name, terminal] of [
    ['bob', alice],
    ['alice', bob],
  ] as const) {
    terminal.type(`with ${name}${KEYS.enter}`);
    await terminal.shows(`Talking to ${name}`);
  }

  alice.type(`Are you there?${KEYS.enter}`);
  await bob.shows('alice: Are you there?');
  await alice.shows('you: Are you there?');
  await record('The server runs', 2);
  await server.end('SIGKILL');
  for (const terminal of [alice, bob]) await terminal.shows('Connection lost.');
  await record('The server is killed', 2);
  alice.type(`The server is down.${KEYS.enter}`);
  await alice.shows('you: The server is down.');
  await record('The server is killed', 2);
  bob.type(`I am, and I still write.${KEYS.enter}`);
  await bob.shows('you: I am, and I still write.');
  await record('The server is killed', 3);

  await startServer({ DATABASE_URL, PORT: new URL(server.url).port });
  await bob.shows('alice: The server is down.');
  await alice.shows('bob: I am, and I still write.');
  for (const terminal of [alice, bob])
    await terminal.shows((lines) => lines.every((line) => !/you:/.test(line) || /✓✓/.test(line)));
  await record('The server is back', 6);
  const received = [...(await alice.lines()), ...(await bob.lines())].filter((line) =>
    /^\[[\d:]+\] (alice|bob): /.test(line),
  );
  expect(received.map((line) => line.replace(/^\[.*?\] /, ''))).toEqual([
    'bob: I am, and I still write.',
    'alice: Are you there?',
    'alice: The server is down.',
  ]);
  const folder = process.env.PICTURES ? DOCS : await temporaryFolder();
  await recording.save(join(folder, 'outage.svg'));
});
