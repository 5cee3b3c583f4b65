import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Viewer } from '../../../client/core/documents/session.ts';
import { newChatWith, PASSWORD } from '../../support/chat.ts';
import { eventsIn, openInteractive, pipe } from '../../support/cli.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** Two people with messages to each other and one to herself, on a server with small pages. */
async function newStory() {
  const { chat, alice, bob } = await newChatWith({ limits: { maxPageSize: 2 } }, 'alice', 'bob');
  for (const name of ['carol', 'dave']) await chat.create(name);
  for (const to of ['dave', 'carol', 'alice']) await alice.send(to, `to ${to}`);
  for (const text of ['one', 'two', 'three']) await bob.send('alice', text);
  await alice.send('bob', 'four \u202e');
  const config = await temporaryFolder();
  return { chat, alice, bob, options: { url: chat.url, config } };
}
const login = `login alice ${PASSWORD} --join`;

test('export prints all messages and nothing else, and delivers none', async () => {
  const { alice, options } = await newStory();
  await pipe(options, [login]);
  await alice.send('alice', 'not shown yet');
  const { code, stdout, stderr } = await pipe(options, ['export']);
  expect(eventsIn(stdout).map(({ from, to, text }) => `${from} ${to} ${text}`)).toEqual([
    'alice alice to alice',
    'alice alice not shown yet',
    'bob alice one',
    'bob alice two',
    'bob alice three',
    'alice bob four \u202e',
    'alice carol to carol',
    'alice dave to dave',
  ]);
  expect(eventsIn(stdout).at(-1)).toEqual({
    id: expect.any(String),
    from: 'alice',
    to: 'dave',
    text: 'to dave',
    sentAt: expect.any(String),
    own: true,
    delivered: false,
    read: false,
    counterpartId: expect.any(String),
  });
  expect(stderr).toBe('Exported 8 messages from 4 conversations.\n');
  expect((await alice.ask(Viewer, {})).mailbox?.pendingCount).toBe(1);
  expect(code).toBe(0);
});

test('export to a file is private and overwrites nothing', async () => {
  const { options } = await newStory();
  const file = join(await temporaryFolder(), 'me.ndjson');
  const first = await pipe(options, [login, `export ${file}`]);
  expect(first).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`Exported 7 messages from 4 conversations to ${file}.`),
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const content = await readFile(file, 'utf8');
  expect(eventsIn(content)).toHaveLength(7);
  expect(await pipe(options, [`export ${file}`])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `${file} already exists.\n`,
  });
  expect(await readFile(file, 'utf8')).toBe(content);
});

test('export to a file shows its progress at a terminal in one line', async () => {
  const { chat } = await newStory();
  const file = join(await temporaryFolder(), 'me.ndjson');
  const cli = await openInteractive(chat);
  const written: string[] = [];
  cli.onWrite((text) => written.push(text));
  cli.type(`${login}\r`);
  await cli.shows('alice>');
  cli.type(`export ${file}\r`);
  const lines = await cli.shows('Exported 7 messages from 4 conversations to');
  expect(lines.filter((line) => line.startsWith('Exporting'))).toEqual([]);
  expect(written.filter((text) => text.includes('Exporting: 2 messages'))).not.toEqual([]);
});

test('a failed export leaves no partial file', async () => {
  const { chat, options } = await newStory();
  const proxy = await newFlakyProxy(chat.url);
  const folder = await temporaryFolder();
  await pipe({ ...options, url: proxy.url }, [login]);
  proxy.cut();
  const failed = await pipe({ ...options, url: proxy.url }, [
    `export ${join(folder, 'me.ndjson')}`,
  ]);
  expect(failed).toMatchObject({
    code: 3,
    stderr: `Cannot reach ${proxy.url}. Check that the server is running.\n`,
  });
  expect(await readdir(folder)).toEqual([]);
});

test('export needs a login', async () => {
  const { chat } = await newStory();
  expect(await pipe(chat, ['export'])).toMatchObject({ code: 1, stdout: '' });
});
