import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Viewer } from '../../../client/core/documents/session.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { endAfter, eventsIn, openCli, openCliProcess, pipe } from '../../support/cli.ts';
import { newFlakyProxy } from '../../support/flaky-proxy.ts';
import { temporaryFolder } from '../../support/folder.ts';

const messagesIn = (stdout: string) => stdout.match(/(?<=^\[.*\] ).*/gm) ?? [];

test('a pipe runs commands in order and keeps the spaces of a text', async () => {
  const { chat, bob } = await newChat('bob');
  const commands = [
    `create alice ${PASSWORD}`,
    `login alice ${PASSWORD}`,
    'send bob two  words ',
    'send bob  three',
    'list a*',
  ];
  const { code, stdout, stderr } = await pipe(chat, commands);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    'Account alice created.',
    'Welcome, alice. No messages waiting.',
    'Welcome, alice. No messages waiting.',
    'Sent to bob.',
    'Sent to bob.',
    'alice  (online)',
    '1 account.',
    '',
  ]);
  expect((await bob.read().shown(2)).map(({ text }) => text)).toEqual(['two  words ', ' three']);
});

test.for(['\u2028', '\u2029', '\u00a0', '\u3000'])(
  'a command after %j is sent as text',
  async (char) => {
    const { chat, bob } = await newChat('bob');
    await chat.create('alice');
    const text = `one${char}delete bob ${PASSWORD}${char}`;
    const { code, stdout, stderr } = await pipe(chat, [
      `login alice ${PASSWORD}`,
      `send bob ${text}`,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Sent to bob\.\n$/);
    expect((await bob.read().shown(1)).map((message) => message.text)).toEqual([text]);
  },
);

test.for(['\u0085', '\v', '\f'])(
  'a text with the control character %j is refused with the reason',
  async (char) => {
    const { chat } = await newChat('bob');
    await chat.create('alice');
    const commands = [
      `login alice ${PASSWORD}`,
      `send bob one${char}delete bob ${PASSWORD}`,
      'send bob two',
    ];
    const { stdout, stderr } = await pipe(chat, commands);
    expect(stderr).toMatch(/^Not sent to bob: .*control character.*\n$/);
    expect(stdout).toMatch(/Sent to bob\.\n$/);
  },
);

test('a text longer than a request is refused with the limit, and the next is sent', async () => {
  const { chat, bob } = await newChat('bob');
  await chat.create('alice');
  const commands = [`login alice ${PASSWORD}`, `send bob ${'x'.repeat(70_000)}`, 'send bob after'];
  const { code, stdout, stderr } = await pipe(chat, commands);
  expect(stderr).toBe('Not sent to bob: The text is 66,000 characters over the limit of 4,000.\n');
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: 'Welcome, alice. No messages waiting.\nSent to bob.\n',
  });
  expect((await bob.read().shown(1)).map(({ text }) => text)).toEqual(['after']);
});

test('a line that is too long is refused, and the next one runs', async () => {
  const { chat } = await newChat();
  const { code, stdout, stderr } = await pipe(chat, [`list ${'a'.repeat(2 ** 20)}`, 'list']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'No accounts.\n' });
  expect(stderr).toBe('Line ignored: it has more than 1,048,576 characters.\n');
});

test('--json prints one object per line, and no password', async () => {
  const { chat } = await newChat();
  const cli = await openCliProcess(chat, '--json');
  for (const command of [
    'help',
    `create alice ${PASSWORD}`,
    'login alice wrong',
    `login alice ${PASSWORD}`,
  ]) {
    cli.write(command);
  }
  await cli.writes((stdout) =>
    /(.*"loggedIn".*\n){2}/.test(stdout.replaceAll(/^.*"error".*\n/gm, '')),
  );
  cli.write('send alice hello');
  await cli.writes((stdout) => /"sent"/.test(stdout) && /"message"/.test(stdout));
  for (const command of ['send', 'logout']) cli.write(command);
  const { code, stdout, stderr } = await cli.end();
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).not.toContain(PASSWORD);
  const events = eventsIn(stdout).filter(({ event }) => event !== 'help');
  // A message may arrive before or after the answer to its sender.
  expect(
    events.toSorted((a, b) => Number(b.event === 'message') - Number(a.event === 'message')),
  ).toMatchObject([
    { event: 'message', from: 'alice', to: 'alice', text: 'hello', position: 1 },
    { event: 'created', username: 'alice', loggingIn: true },
    { event: 'loggedIn', username: 'alice' },
    { event: 'error', code: 'InvalidCredentialsError' },
    { event: 'loggedIn', username: 'alice', pending: 0, continued: false },
    { event: 'sent', to: 'alice' },
    { event: 'error', code: 'Usage' },
    { event: 'loggedOut', username: 'alice' },
  ]);
});

test('a failed command prints the reason on stderr, and the next one runs', async () => {
  const { chat } = await newChat();
  await chat.create('bob');
  const wrong = [
    'sing',
    'create',
    'send bob hello',
    'login bob',
    'create b@b long enough',
    'delete bob wrong',
  ];
  const rights = [
    `login bob ${PASSWORD}`,
    'send bob',
    'deliver some',
    'password one',
    'send nobody hello',
  ];
  const { code, stdout, stderr } = await pipe(chat, [...wrong, ...rights]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: 'Welcome, bob. No messages waiting.\n' });
  const reasons = [
    /^Unknown command: sing\. Type help for a list\.$/,
    /^Usage: create/,
    /^Not logged in\. Run: login USER$/,
    /--password-stdin/,
    /username/,
    /password/,
  ];
  reasons.push(
    /^Usage: send/,
    /^Usage: deliver/,
    /^Usage: password/,
    /^Not sent to nobody: There is no such account/,
  );
  expect(stderr.trimEnd().split('\n')).toEqual(
    reasons.map((reason) => expect.stringMatching(reason)),
  );
});

test('a verb has other names, and a mistyped one is corrected', async () => {
  const { chat } = await newChat();
  const { code, stdout, stderr } = await pipe(chat, [
    'sned bob hi',
    'lst',
    'frobnicate',
    '/help /login',
    '? sned',
    'exit',
    'list',
  ]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: [
      'Unknown command: sned. Did you mean send?',
      'Unknown command: lst. Did you mean list?',
      'Unknown command: frobnicate. Type help for a list.',
      'Unknown command: sned. Did you mean send?',
      '',
    ].join('\n'),
  });
  expect(stdout).toMatch(/^login USER \[PASSWORD\] +log in\n.*--take-over.*--join.*\n$/);
});

test('create logs in, unless a session is open', async () => {
  const { chat } = await newChat();
  const commands = [`create alice ${PASSWORD}`, `create bob ${PASSWORD}`, 'send bob hi'];
  expect((await pipe(chat, commands)).stdout.split('\n')).toEqual([
    'Account alice created.',
    'Welcome, alice. No messages waiting.',
    'Account bob created. Log in with: login bob',
    'Sent to bob.',
    '',
  ]);
});

test('--help lists the commands, and --version prints the version', async () => {
  const { stdout } = await (await openCliProcess({ url: 'http://127.0.0.1:1' }, '--help')).end();
  for (const usage of ['--url <url>', 'send USER TEXT…', 'quit']) expect(stdout).toContain(usage);
  const version = await openCliProcess({ url: 'http://127.0.0.1:1' }, '--version');
  expect((await version.end()).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('with --json a line of JSON is a command, in which a text is data', async () => {
  const { chat, bob } = await newChat('bob');
  const text = '/delete bob\nquit {"command":"quit"}';
  const send = { command: 'send', to: 'bob', text, clientMessageId: 'first' };
  const commands: object[] = [
    { command: 'create', username: 'Alice', password: ` "${PASSWORD} ` },
    send,
    send,
    { ...send, text: 'another' },
    { command: 'send', to: 'bob' },
    { command: 'list', matching: 'b*', limit: 1 },
    { command: 'sned' },
    { command: 'history', with: 'bob', count: 1 },
    { command: 'login', username: 'alice', password: ` "${PASSWORD} `, ifOnline: 'JOIN' },
    { command: 'login', username: 'alice', password: 'x', ifOnline: 'MAYBE' },
    [],
  ];
  const lines = [...commands.map((command) => JSON.stringify(command)), '{"command":', 'list b*'];
  const { code, stdout } = await pipe(chat, lines, '--json');
  expect(code).toBe(1);
  const events = eventsIn(stdout).filter(({ event }) => event !== 'receipt');
  expect(events).toMatchObject([
    { event: 'created', username: 'alice' },
    { event: 'loggedIn' },
    { event: 'sent', clientMessageId: 'first' },
    { event: 'sent', clientMessageId: 'first', id: events[2]?.id },
    { event: 'error', code: 'ClientMessageIdReusedError', clientMessageId: 'first' },
    { event: 'error', code: 'Usage', message: 'send needs the field text.' },
    { event: 'error', code: 'Usage', message: 'list takes the fields matching, and not limit.' },
    { event: 'error', code: 'UnknownCommand' },
    { event: 'history', text },
    { event: 'listed', count: 1 },
    { event: 'loggedIn' },
    { event: 'error', code: 'Usage', message: 'ifOnline must be one of REFUSE, REPLACE, JOIN.' },
    { event: 'error', code: 'UnknownCommand' },
    { event: 'error', code: 'Usage', message: expect.stringContaining('Not a JSON object') },
    { event: 'account', username: 'bob' },
    { event: 'listed', count: 1 },
  ]);
  expect((await bob.read().shown(1)).map((message) => message.text)).toEqual([text]);
});

test('a limit that holds a pipe up is reported on stderr', async () => {
  const { chat } = await newChatWith({ limits: { maxSendsPerMinute: 2 } }, 'bob');
  await chat.create('alice');
  const cli = await openCliProcess(chat, '--json');
  for (const line of [`login alice ${PASSWORD}`, ...['1', '2', '3'].map((n) => `send bob ${n}`)])
    cli.write(line);
  await cli.warns('You are sending too fast. Your message will be sent in');
  const [delay] = eventsIn(await cli.writes('"delay"')).slice(-1);
  expect(delay).toMatchObject({ code: 'LIMIT_EXCEEDED', retryAfter: expect.any(Number) });
});

test('an unreachable server is named in the error', async () => {
  const { chat } = await newChat();
  const proxy = await newFlakyProxy(chat.url);
  proxy.cut();
  const { code, stderr } = await endAfter(await openCliProcess(proxy), ['list']);
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: `Cannot reach ${proxy.url}. Check that the server is running.\n`,
  });
});

test('login shows the oldest 20, deliver the next, and new arrivals are counted', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const numbers = Array.from({ length: 25 }, (_, index) => `alice: ${index + 1}`);
  for (const text of numbers) await alice.send('bob', text.slice(7));
  const cli = await openCli(chat);
  cli.write(`login bob ${PASSWORD} --join`);
  expect(messagesIn(await cli.writes('5 more messages waiting.'))).toEqual(numbers.slice(0, 20));
  await alice.send('bob', '26');
  expect(messagesIn(await cli.writes('New message queued; 6 waiting.'))).toEqual(
    numbers.slice(0, 20),
  );
  cli.write('deliver 2');
  expect(messagesIn(await cli.writes('4 more messages waiting.'))).toEqual(numbers.slice(0, 22));
  cli.write('list');
  await cli.writes('2 accounts.');
  expect((await bob.ask(Viewer, {})).mailbox?.pendingCount).toBe(4);
  cli.write('deliver');
  await cli.writes('No more messages waiting.');
  await alice.send('bob', '27');
  expect(messagesIn(await cli.writes('alice: 27'))).toEqual([...numbers, 'alice: 26', 'alice: 27']);
  expect((await cli.end()).code).toBe(0);
  expect((await bob.ask(Viewer, {})).mailbox?.pendingCount).toBe(0);
});

test('login to an account online elsewhere needs --take-over or --join', async () => {
  const { chat, bob } = await newChat('bob');
  await bob.becomes('live');
  const refused = await pipe(chat, [`login bob ${PASSWORD}`]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/--take-over.*--join/) });
  expect(await pipe(chat, [`login bob ${PASSWORD} --join`])).toMatchObject({ code: 0 });
  expect(bob.statuses.at(-1)).toEqual({ state: 'live' });
  const ended = bob.becomes('ended');
  expect(await pipe(chat, [`login bob ${PASSWORD} --take-over`])).toMatchObject({ code: 0 });
  await ended;
});

test('a lost connection is reported once, and loses and repeats no message', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  const proxy = await newFlakyProxy(chat.url);
  const { shown } = bob.read();
  const cli = await openCli(proxy, '--json');
  cli.write(`login alice ${PASSWORD} --join`);
  await cli.writes('loggedIn');
  await bob.send('alice', 'one');
  await cli.writes('one');
  proxy.cut();
  await cli.writes('offline');
  cli.write('send bob from afar');
  await bob.send('alice', 'two');
  await cli.writes('note');
  proxy.restore();
  await cli.writes('two');
  const { code, stdout } = await cli.end();
  expect(code).toBe(0);
  const events = eventsIn(stdout);
  expect(events.flatMap(({ event, text }) => (event === 'message' ? [text] : []))).toEqual([
    'one',
    'two',
  ]);
  expect(events.flatMap(({ status }) => status ?? [])).toEqual(['offline', 'live']);
  expect((await shown(1)).map(({ text }) => text)).toEqual(['from afar']);
  alice.close();
});

test('a client turned away for too many sockets keeps its message and sends it later', async () => {
  const { chat, alice, bob } = await newChatWith(
    { limits: { maxSocketsPerAccount: 1 } },
    'alice',
    'bob',
  );
  await alice.ask(Viewer, {});
  const cli = await openCli(chat);
  cli.write(`login alice ${PASSWORD} --join`);
  await cli.warns('The server closed the connection (1013 Too many sockets). Reconnecting…');
  cli.write('send bob patience');
  await cli.warns('Your message will be sent once reconnected.');
  alice.close();
  await cli.writes('Sent to bob.');
  const { code, stderr } = await cli.end();
  expect(code).toBe(0);
  expect(stderr).toContain('Reconnected.');
  expect((await bob.read().shown(1)).map(({ text }) => text)).toEqual(['patience']);
});

test('the next start continues the session from a file that only its owner reads', async () => {
  const { chat } = await newChat();
  const options = { url: chat.url, config: await temporaryFolder() };
  await pipe(options, [`create alice ${PASSWORD}`, `login alice ${PASSWORD}`]);
  const [folder = ''] = await readdir(join(options.config, 'parley'));
  const file = join(options.config, 'parley', folder, 'alice.json');
  expect([(await stat(file)).mode & 0o777, (await stat(join(file, '..'))).mode & 0o777]).toEqual([
    0o600, 0o700,
  ]);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    username: 'alice',
    token: expect.any(String),
  });
  const { stdout } = await pipe(options, ['send alice hello']);
  expect(stdout).toMatch(/^Welcome back, alice\./);
  expect(await pipe(options, [`login alice ${PASSWORD}`])).toMatchObject({ code: 0 });
  await pipe(options, ['logout']);
  expect(await readdir(join(file, '..'))).toEqual([]);
});

test('no session is continued while in use, nor after a failed login', async () => {
  const { chat } = await newChat();
  const options = { url: chat.url, config: await temporaryFolder() };
  const cli = await openCliProcess(options);
  cli.write(`create alice ${PASSWORD}`);
  cli.write(`login alice ${PASSWORD}`);
  await cli.writes('Welcome');
  expect(await pipe(options, ['send alice hello'])).toMatchObject({ code: 1, stdout: '' });
  await cli.end();
  const failed = await pipe(options, ['login bob wrong', 'send alice hello']);
  expect(failed).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('Not logged in'),
  });
});

test('a broken token file is reported and counts as no session', async () => {
  const { chat } = await newChat();
  const options = { url: chat.url, config: await temporaryFolder() };
  await pipe(options, [`create alice ${PASSWORD}`, `login alice ${PASSWORD}`]);
  const [folder = ''] = await readdir(join(options.config, 'parley'));
  const file = join(options.config, 'parley', folder, 'alice.json');
  for (const content of ['{ "username": "alice"', '{ "username": "alice" }']) {
    await writeFile(file, content);
    const { code, stdout, stderr } = await pipe(options, ['send alice hello']);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `${file} is not a saved session; ignored.\nNot logged in. Run: login USER\n`,
    });
  }
  expect(await pipe(options, [`login alice ${PASSWORD} --join`])).toMatchObject({ code: 0 });
});

test('password ends the other sessions, and this one continues where it was', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  for (let count = 1; count <= 22; count++) await alice.send('bob', String(count));
  const ended = bob.becomes('ended');
  const cli = await openCli(chat);
  cli.write(`login bob ${PASSWORD} --join`);
  cli.write(`password "${PASSWORD}" battery-staple`);
  await cli.writes('Password changed');
  await ended;
  cli.write('deliver');
  await cli.writes('No more messages waiting.');
  await alice.send('bob', '23');
  await cli.writes('alice: 23');
  const { code, stdout } = await cli.end();
  expect(code).toBe(0);
  expect(messagesIn(stdout)).toEqual(
    Array.from({ length: 23 }, (_, index) => `alice: ${index + 1}`),
  );
});

test('delete prints the undelivered messages of the account', async () => {
  const { chat, alice } = await newChat('alice');
  await chat.create('bob');
  await alice.send('bob', 'too late');
  const { code, stdout } = await pipe(chat, [`delete bob ${PASSWORD}`, `login bob ${PASSWORD}`]);
  expect(stdout).toMatch(
    /^Account bob deleted\. It had 1 undelivered message:\n\[.*\] alice: too late\n$/,
  );
  expect(code).toBe(1);
});

test('delete of an account that is logged in elsewhere says where to log out', async () => {
  const { chat, bob } = await newChat('bob');
  await bob.becomes('live');
  const { code, stderr } = await pipe(chat, [`delete bob ${PASSWORD}`]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'bob is logged in elsewhere. Log out there first.\n',
  });
});

test('delete of the own account ends the session', async () => {
  const { chat } = await newChat();
  const commands = [
    `create alice ${PASSWORD}`,
    `login alice ${PASSWORD}`,
    `delete alice ${PASSWORD}`,
    'send alice hello',
  ];
  const { stdout, stderr } = await pipe(chat, commands);
  expect(stdout).toMatch(/Account alice deleted\. It had no undelivered messages\.\n$/);
  expect(stderr).toMatch(/^Not logged in/);
});

test('login as another account ends the previous session, unless it fails', async () => {
  const { chat } = await newChat();
  const options = { url: chat.url, config: await temporaryFolder() };
  const cli = await openCli(options);
  for (const name of ['alice', 'bob']) cli.write(`create ${name} ${PASSWORD}`);
  cli.write(`login alice ${PASSWORD}`);
  cli.write('login bob wrong');
  cli.write('send alice still here');
  await cli.writes('alice: still here');
  cli.write(`login bob ${PASSWORD}`);
  await cli.writes('Welcome, bob');
  cli.write('quit');
  expect((await cli.end()).stdout).not.toContain('ended');
  const [folder = ''] = await readdir(join(options.config, 'parley'));
  expect(await readdir(join(options.config, 'parley', folder))).toEqual(['bob.json']);
});

test('a session ended elsewhere is reported and fails a pipe', async () => {
  const { chat, bob } = await newChat('bob');
  const cli = await openCli(chat);
  cli.write(`login bob ${PASSWORD} --join`);
  await cli.writes('Welcome');
  await pipe(chat, [`login bob ${PASSWORD} --take-over`]);
  await cli.warns('Your session was ended elsewhere.');
  expect((await cli.end()).code).toBe(1);
  bob.close();
});
