import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Login } from '../../client/core/documents/session.ts';
import { chatServerAt, newClients, PASSWORD } from '../support/chat.ts';
import { newFlakyProxy } from '../support/flaky-proxy.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startServer } from '../support/process.ts';
import { runExample } from './program.ts';

/** Each example with the command that runs it. */
const EXAMPLES: readonly (readonly [file: string, command: string])[] = [
  ['sse.sh', 'bash'],
  ['sse.py', 'python3'],
  ['graphql-sse.js', process.execPath],
  ['graphql-ws.js', process.execPath],
  ['urql.js', process.execPath],
  ['apollo.js', process.execPath],
  ['relay.js', process.execPath],
];
/** What npm does not install. */
const NEEDS: Record<string, readonly string[]> = {
  'sse.sh': ['bash', 'curl', 'jq'],
  'sse.py': ['python3'],
};
const isMissing = (command: string) => spawnSync(command, ['--version']).status !== 0;
const runnable = EXAMPLES.filter(([file]) => {
  const missing = NEEDS[file]?.filter(isMissing) ?? [];
  if (missing.length > 0) console.warn(`NOT TESTED: examples/${file} needs ${missing}.`);
  return missing.length === 0;
});

test('each example shows 100 messages once and in order across a kill', {
  timeout: 180_000,
}, async () => {
  const settings = { DATABASE_URL: `file:${join(await temporaryFolder(), 'parley.db')}` };
  const server = await startServer(settings);
  const chat = chatServerAt(server.url);
  const { bob } = await newClients(chat, ['bob']);
  const readers = runnable.map(([file]) => file.replaceAll(/\W/g, '-'));
  for (const reader of readers) await chat.create(reader);
  const programs = await Promise.all(
    runnable.map(([file, command], index) =>
      runExample(command, file, [
        `${server.url}/graphql`,
        readers[index] ?? '',
        PASSWORD,
        'nobody',
      ]),
    ),
  );
  const send = (numbers: readonly number[]) =>
    Promise.all(readers.flatMap((to) => numbers.map((number) => bob.send(to, `${number}`))));

  await send(numbers(1, 50));
  await Promise.all(programs.map((program) => program.prints(10)));
  const sent = send(numbers(51, 100));
  await server.end('SIGKILL');
  await startServer({ ...settings, PORT: new URL(server.url).port });
  for (const outcome of await sent) expect(outcome).toMatchObject({ sent: true });
  // Besides the messages, a line about what the program itself sent to nobody.
  await Promise.all(programs.map((program) => program.prints(101)));

  const expected = [
    'Not sent: There is no such account.',
    ...numbers(1, 100).map((number) => `${number} bob: ${number}`),
  ];
  for (const [index, { lines, ended }] of programs.entries()) {
    const username = readers[index] ?? '';
    expect([username, ...lines]).toEqual([username, ...expected]);
    const { token: _, ...reader } = await chat.login(username);
    await expect
      .poll(() => reader.ask('{ mailbox { pendingCount } }', {}))
      .toEqual({ mailbox: { pendingCount: 0 } });
    // This ends all other sessions.
    const input = { username, password: PASSWORD, ifOnline: 'REPLACE' } as const;
    await chat.anonymous.ask(Login, { input });
    expect(await ended).toMatch(/session (has )?ended/i);
  }
});

test('each example sends one message when the answer to the first attempt is lost', async () => {
  const { url } = await startServer({ DATABASE_URL: 'file::memory:' });
  const chat = chatServerAt(url);
  const { bob } = await newClients(chat, ['bob']);
  const senders = runnable.map(([file]) => file.replaceAll(/\W/g, '-'));
  const programs = runnable.map(async ([file, command], index) => {
    const sender = senders[index] ?? '';
    await chat.create(sender);
    const proxy = await newFlakyProxy(url);
    const lost = proxy.loseResponse(/"(sendMessage|sent)":/);
    const words = [`${proxy.url}/graphql`, sender, PASSWORD, 'bob'];
    const program = await runExample(command, file, words);
    await lost;
    await bob.send(sender, 'Are you there?');
    // It receives once it has its answer.
    await program.prints(1);
    return [file, ...program.lines];
  });
  expect(await Promise.all(programs)).toEqual(
    runnable.map(([file]) => [file, '1 bob: Are you there?']),
  );
  expect(await bob.ask('{ mailbox { pendingCount } }', {})).toEqual({
    mailbox: { pendingCount: senders.length },
  });
  const messages = await bob.read().shown(senders.length);
  expect(messages.map(({ senderUsername, text }) => `${senderUsername}: ${text}`).sort()).toEqual(
    senders.map((sender) => `${sender}: Hello!`).sort(),
  );
});

test('each example ends with the message of a refused login', async () => {
  const { url } = await startServer({ DATABASE_URL: 'file::memory:' });
  await chatServerAt(url).create('alice');
  for (const [file, command] of runnable) {
    const program = await runExample(command, file, [
      `${url}/graphql`,
      'alice',
      'wrong password',
      'bob',
    ]);
    expect([file, await program.ended]).toEqual([
      file,
      expect.stringContaining('Wrong username or password.'),
    ]);
    expect(program.lines).toEqual([]);
  }
});

const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
