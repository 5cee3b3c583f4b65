import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Viewer } from '../../../client/core/documents/session.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { eventsIn, openCliProcess, openInteractive } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { newPathProxy } from '../../support/path-proxy.ts';
import { KEYS } from '../../support/terminal.ts';

/** Runs one command in a process of its own, with this input. */
async function runOnce(
  options: { url: string; config: string; env?: Record<string, string>; input?: string },
  ...words: string[]
) {
  const cli = await openCliProcess(options, ...words);
  if (options.input !== undefined) cli.write(options.input);
  return cli.end();
}

test('a command on the command line runs, and shows no messages but its own', async () => {
  const { chat, bob } = await newChat('bob');
  const options = { url: chat.url, config: await temporaryFolder() };
  const created = await runOnce(
    { ...options, input: PASSWORD },
    '--password-stdin',
    'create',
    'al',
  );
  expect(created).toMatchObject({
    code: 0,
    stdout: 'Account al created.\nWelcome, al. No messages waiting.\n',
  });
  for (const text of ['one', 'two', 'three']) await bob.send('al', text);
  const sent = await runOnce(options, 'send', 'bob', 'two ', ' words', '--json');
  expect(sent).toEqual({ code: 0, stdout: 'Sent to bob.\n', stderr: '' });
  const json = await runOnce({ ...options, input: 'from\na file' }, '--json', 'send', 'bob');
  expect(eventsIn(json.stdout)).toMatchObject([{ event: 'sent', to: 'bob' }]);
  const texts = (await bob.read().shown(2)).map(({ text }) => text);
  expect(texts).toEqual(['two   words --json', 'from\na file']);
  const delivered = await runOnce(options, 'deliver', '2');
  expect(delivered.stdout).toMatch(/bob: one\n.*bob: two\n1 more message waiting\./);
  const al = await chat.login('al');
  expect((await al.ask(Viewer, {})).mailbox?.pendingCount).toBe(1);
});

test('a server at a path is given with it', async () => {
  const { chat, bob } = await newChat('bob');
  const url = await newPathProxy(chat.url, '/chat');
  const options = { url: `${url}/`, config: await temporaryFolder(), input: PASSWORD };
  await chat.create('alice');
  expect(await runOnce(options, '--password-stdin', 'login', 'alice')).toMatchObject({ code: 0 });
  expect(await runOnce(options, 'send', 'bob', 'hi')).toMatchObject({ stdout: 'Sent to bob.\n' });
  expect((await bob.read().shown(1)).map(({ text }) => text)).toEqual(['hi']);
});

test('a command on the command line shares the session of a running client', async () => {
  const { chat, bob } = await newChat('bob');
  await chat.create('alice');
  const options = { url: chat.url, config: await temporaryFolder() };
  const running = await openInteractive(options);
  running.type(`login alice ${PASSWORD}${KEYS.enter}`);
  await running.shows('alice>');
  expect(await runOnce(options, 'send', 'bob', 'hi')).toMatchObject({ code: 0 });
  await running.shows('you → bob: hi');
  await bob.send('alice', 'still here?');
  await running.shows('bob: still here?');
});

test('--user chooses among the saved sessions', async () => {
  const { chat } = await newChat();
  for (const name of ['alice', 'bob']) await chat.create(name);
  const options = { url: chat.url, config: await temporaryFolder() };
  const file = join(options.config, 'password');
  await writeFile(file, `${PASSWORD}\n`);
  const env = { PARLEY_PASSWORD_FILE: file };
  for (const name of ['alice', 'bob'])
    expect(await runOnce({ ...options, env }, 'login', name)).toMatchObject({ code: 0 });
  await runOnce(options, '--user', 'Alice', 'send', 'bob', 'from alice');
  const { stdout } = await runOnce(options, '--json', '--user', 'bob', 'history', 'alice');
  expect(eventsIn(stdout)[0]).toMatchObject({ from: 'alice', text: 'from alice' });
});

test('the exit code tells a refusal, a wrong use and an unreachable server apart', async () => {
  const { chat } = await newChat();
  await chat.create('alice');
  const options = { url: chat.url, config: await temporaryFolder() };
  await runOnce({ ...options, input: PASSWORD }, '--password-stdin', 'login', 'alice');
  const codeOf = async (...words: string[]) => (await runOnce(options, ...words)).code;
  expect([
    await codeOf('send', 'nobody', 'hi'),
    await codeOf('with', 'alice'),
    await codeOf('sned', 'alice', 'hi'),
    await codeOf('history'),
    await codeOf('--bogus'),
    await codeOf('--url', 'ftp://example', 'list'),
    await codeOf('--url', 'http://127.0.0.1:1', 'list'),
  ]).toEqual([1, 1, 2, 2, 2, 2, 3]);
  const missing = { ...options, env: { PARLEY_PASSWORD_FILE: '/nowhere' } };
  expect(await runOnce(missing, 'login', 'alice')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot read PARLEY_PASSWORD_FILE'),
  });
});
