import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { DeleteAccount } from '../../../client/core/documents/account.ts';
import { Login } from '../../../client/core/documents/session.ts';
import { chatServerAt, PASSWORD } from '../../support/chat.ts';
import { newDatabase } from '../../support/database.ts';
import { startServer } from '../../support/process.ts';
import { openWire } from '../../support/wire.ts';

/** Starts a server process with two accounts, and returns it with its command line. */
async function newServer() {
  const databaseUrl = await newDatabase();
  const chat = chatServerAt((await startServer({ DATABASE_URL: databaseUrl })).url);
  await chat.create('alice');
  await chat.create('bob');
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['server/admin/main.ts', ...args], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
    });
  const rows = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
  const login = async (password: string) => {
    const input = { username: 'alice', password, ifOnline: 'JOIN' as const };
    return (await chat.anonymous.ask(Login, { input })).login.__typename;
  };
  return { chat, run, rows, login };
}

/** Opens a socket whose session has a subscription, and waits until it is online. */
async function connect({ chat }: Awaited<ReturnType<typeof newServer>>) {
  const { token = '' } = await chat.login('alice');
  const wire = await openWire(chat.url, token);
  wire.ask('1', 'subscription { messageReceived { id } }');
  return wire;
}

test('accounts are listed, found and shown beside a running server', async () => {
  const server = await newServer();
  await server.chat.login('alice');
  expect(await server.rows('accounts', 'list')).toMatchObject([
    { username: 'alice' },
    { username: 'bob' },
  ]);
  expect(await server.rows('accounts', 'list', '--after', 'alice')).toMatchObject([
    { username: 'bob' },
  ]);
  expect(await server.rows('accounts', 'search', 'lic')).toMatchObject([{ username: 'alice' }]);
  expect(await server.rows('accounts', 'show', 'Alice')).toMatchObject([
    { username: 'alice', online: true, sessionCount: 1, pendingCount: 0, sentCount: 0 },
  ]);
  expect(await server.rows('online')).toMatchObject([{ username: 'alice' }]);
  expect((await server.run('accounts', 'search', 'bob')).stdout).toMatch(/^username=bob {2}id=/);
  expect(await server.rows('audit')).toEqual([]);
});

test('ending one session closes its socket and leaves the others', async () => {
  const server = await newServer();
  const wire = await connect(server);
  const [{ id }] = await server.rows('sessions', 'list', 'alice');
  await server.chat.login('alice');
  expect(await server.rows('sessions', 'end', 'alice', id)).toEqual([{ id }]);
  expect(await wire.closed).toBe(4403);
  expect(await server.rows('sessions', 'list', 'alice')).toHaveLength(1);
  expect(await server.rows('sessions', 'end', 'alice')).toHaveLength(1);
  expect(await server.rows('sessions', 'list', 'alice')).toEqual([]);
  expect(await server.rows('audit')).toMatchObject([
    { verb: 'sessions end', subject: 'alice' },
    { verb: 'sessions end', subject: `alice ${id}` },
  ]);
});

test('a reset replaces the password, ends sessions and is recorded without it', async () => {
  const server = await newServer();
  const wire = await connect(server);
  const [{ password, loginUntil }] = await server.rows('accounts', 'reset-password', 'alice');
  expect(Date.parse(loginUntil)).toBeGreaterThan(Date.now() + 23 * 60 * 60_000);
  expect(await server.rows('accounts', 'show', 'alice')).toMatchObject([{ oneTimePassword: true }]);
  expect(await wire.closed).toBe(4403);
  expect(await server.login(PASSWORD)).toBe('InvalidCredentialsError');
  expect(await server.login(password)).toBe('LoginSuccess');
  expect(await server.login(password)).toBe('InvalidCredentialsError');
  const audit = await server.rows('audit');
  expect(audit).toEqual([
    {
      at: expect.any(String),
      osUser: expect.stringMatching(/./),
      verb: 'accounts reset-password',
      subject: 'alice',
    },
  ]);
  expect(JSON.stringify(audit)).not.toContain(password);
});

test('an account is created with a password that is not recorded', async () => {
  const { chat, run, rows } = await newServer();
  const { stdout, stderr } = await run('accounts', 'create', 'Dave');
  expect(stdout).toMatch(/^username=dave {2}password=\S+ {2}loginUntil=\S+\n$/);
  expect(stderr).toMatch(/^The password is good for one login within 24 hours\./);
  const [{ username, password }] = await rows('accounts', 'create', 'Carol');
  expect(username).toBe('carol');
  const { login } = await chat.anonymous.ask(Login, { input: { username, password } });
  expect(login).toMatchObject({ __typename: 'LoginSuccess' });
  const again = await chat.anonymous.ask(Login, { input: { username, password } });
  expect(again.login).toMatchObject({ __typename: 'InvalidCredentialsError' });
  await expect(run('accounts', 'create', 'carol')).rejects.toMatchObject({
    stderr: 'There is an account carol already.\n',
  });
  await expect(run('accounts', 'create', 'two words')).rejects.toMatchObject({
    stderr: expect.stringMatching(/^A username must have 1 to 32 characters/),
  });
  const audit = await rows('audit');
  expect(audit).toMatchObject([
    { verb: 'accounts create', subject: 'carol' },
    { verb: 'accounts create', subject: 'dave' },
  ]);
  expect(JSON.stringify(audit)).not.toContain(password);
});

test('invitations are created, listed without their codes, and revoked', async () => {
  const { rows } = await newServer();
  const [{ code, ...created }] = await rows('invitations', 'create', '--uses', '3');
  expect(created).toMatchObject({ usesLeft: 3 });
  const listed = await rows('invitations', 'list');
  expect(listed).toEqual([{ ...created, createdAt: expect.any(String) }]);
  await rows('invitations', 'revoke', created.id);
  expect(await rows('invitations', 'list')).toEqual([]);
  const audit = await rows('audit');
  expect(audit).toMatchObject([
    { verb: 'invitations revoke', subject: created.id },
    { verb: 'invitations create', subject: created.id },
  ]);
  expect(JSON.stringify([listed, audit])).not.toContain(code);
});

test('a notice wakes the readers of a running server', async () => {
  const { chat, rows, run } = await newServer();
  const alice = await chat.login('alice');
  const reading = alice.read();
  expect(await rows('notice', 'Maintenance at noon.', '--from', 'bob')).toEqual([
    { accounts: 1, refused: 0 },
  ]);
  expect(await reading.shown(1)).toMatchObject([{ text: 'Maintenance at noon.' }]);
  await expect(run('notice', 'Nobody says this.')).rejects.toMatchObject({
    stderr: 'Name the sender with --from USERNAME.\n',
  });
  expect(await rows('audit')).toMatchObject([
    { verb: 'notice', subject: expect.stringMatching(/^bob /) },
  ]);
});

test('a deletion closes sockets and frees the username', async () => {
  const server = await newServer();
  const wire = await connect(server);
  expect(await server.rows('accounts', 'delete', 'alice')).toMatchObject([{ username: 'alice' }]);
  expect(await wire.closed).toBe(4403);
  expect(await server.rows('accounts', 'list')).toMatchObject([{ username: 'bob' }]);
  await server.chat.create('alice');
  expect(await server.rows('audit')).toMatchObject([{ verb: 'accounts delete', subject: 'alice' }]);
});

test('a disabled account is logged out and refused, and keeps its messages', async () => {
  const server = await newServer();
  const { chat, rows } = server;
  const wire = await connect(server);
  const bob = await chat.login('bob');
  expect(await rows('accounts', 'disable', 'alice')).toMatchObject([{ username: 'alice' }]);
  expect(await wire.closed).toBe(4403);
  const credentials = { username: 'alice', password: PASSWORD };
  const refusal = {
    __typename: 'InvalidCredentialsError',
    message: 'This account is disabled. Ask the operator of this server to enable it.',
  };
  const { anonymous } = chat;
  expect((await anonymous.ask(Login, { input: credentials })).login).toEqual(refusal);
  expect((await anonymous.ask(DeleteAccount, { input: credentials })).deleteAccount).toMatchObject(
    refusal,
  );
  const wrong = await anonymous.ask(Login, { input: { ...credentials, password: 'wrong horse' } });
  expect(wrong.login).toMatchObject({ message: 'Wrong username or password.' });
  await bob.send('alice', 'for later');
  const [listed] = await rows('accounts', 'list');
  expect(listed).toMatchObject({ username: 'alice', disabled: true });
  expect(await rows('accounts', 'show', 'alice')).toMatchObject([
    { disabled: true, online: false, sessionCount: 0, pendingCount: 1 },
  ]);

  await rows('accounts', 'enable', 'alice');
  expect(await rows('accounts', 'show', 'alice')).toMatchObject([{ disabled: false }]);
  const alice = await chat.login('alice');
  expect(await alice.read().shown(1)).toMatchObject([{ text: 'for later' }]);
  expect(await rows('audit')).toMatchObject([
    { verb: 'accounts enable', subject: 'alice' },
    { verb: 'accounts disable', subject: 'alice' },
  ]);
});

test('errors are one sentence, and wrong use shows the usage', async () => {
  const { run, rows } = await newServer();
  await expect(run('accounts', 'delete', 'nobody')).rejects.toMatchObject({
    code: 1,
    stderr: 'There is no account nobody.\n',
  });
  await expect(run('sessions', 'end', 'alice', 'unknown')).rejects.toMatchObject({
    code: 1,
    stderr: 'alice has no session unknown.\n',
  });
  for (const wrong of [[], ['dance'], ['accounts', 'show'], ['audit', '--limit', '0'], ['--x']]) {
    await expect(run(...wrong)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Usage: npm run admin'),
    });
  }
  await expect(run('copy', 'alice')).rejects.toMatchObject({
    stderr: expect.stringMatching(/^Use it as: copy --from URL --to URL$/m),
  });
  await expect(run('dance', 'alice')).rejects.toMatchObject({
    stderr: expect.stringMatching(/^There is no verb "dance alice"\.$/m),
  });
  expect(await rows('audit')).toEqual([]);
});
