import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chatServerAt, newClients } from '../support/chat.ts';
import { temporaryFolder } from '../support/folder.ts';
import { launchServer, startServer } from '../support/process.ts';

test('a second server on the same file is refused until the first is killed', async () => {
  const file = join(await temporaryFolder(), 'parley.db');
  const settings = { DATABASE_URL: `file:${file}` };
  const first = await startServer(settings);
  const second = launchServer(settings);
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr()).toBe(
    `Parley cannot start. Another Parley server uses ${file}. Stop it, or set DATABASE_URL to another file or to PostgreSQL.\n`,
  );
  // The refused one took nothing away from the first.
  await newClients(chatServerAt(first.url), ['alice']);

  expect(await first.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  const third = await startServer(settings);
  await chatServerAt(third.url).login('alice');
});

test.for([
  ['PORT', 'seventy', 'a whole number from 0 to 65535'],
  ['MAX_TEXT_LENGTH', '0', 'a whole number from 1 to'],
  ['DATABASE_URL', 'mysql://localhost/parley', 'file:PATH'],
] as const)(
  'a server with %s=%s exits with an error that says what is allowed',
  async ([name, value, allowed]) => {
    const folder = await temporaryFolder();
    const server = launchServer({
      DATABASE_URL: `file:${join(folder, 'parley.db')}`,
      [name]: value,
    });
    expect(await server.exited).toEqual({ code: 1, signal: null });
    const message = server.stderr();
    expect(message).toContain(`${name} must be ${allowed}`);
    expect(message).toContain(`not "${value}"`);
    expect(message.trim().split('\n')).toHaveLength(1);
  },
);

test('a server whose port is taken says how to choose another', async () => {
  const folder = await temporaryFolder();
  const first = await startServer({ DATABASE_URL: `file:${join(folder, 'first.db')}` });
  const { port } = new URL(first.url);
  const second = launchServer({ DATABASE_URL: `file:${join(folder, 'second.db')}`, PORT: port });
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr()).toBe(
    `Parley cannot start. Port ${port} of 127.0.0.1 is in use. Stop what listens there, ` +
      `or choose another port: PORT=${Number(port) + 1} npm start\n`,
  );
});
