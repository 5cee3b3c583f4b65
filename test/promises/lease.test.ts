import { expect, onTestFinished, test, vi } from 'vitest';
import { AccountsMatching } from '../../client/core/documents/account.ts';
import { Login } from '../../client/core/documents/session.ts';
import { openApp } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { chatServerAt, newChatWith, newClients, PASSWORD } from '../support/chat.ts';
import { newDatabase, query } from '../support/database.ts';
import { startServer } from '../support/process.ts';
import { TRANSPORTS } from '../support/stream.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A chat with a manual clock, where Alice sees who is online. */
async function stillChat() {
  let now = Date.now();
  const { chat, alice, bob } = await newChatWith({ clock: () => now }, 'alice', 'bob');
  const listeners = async (count: number) => {
    await expect.poll(() => chat.app.services.bell.listeners).toBe(count);
    await chat.app.connected.settled();
  };
  await listeners(2);
  return {
    chat,
    bob,
    pass(milliseconds: number) {
      now += milliseconds;
    },
    async isOnline(username: string) {
      const { accounts } = await alice.ask(AccountsMatching, {
        matching: username,
        first: 1,
        after: null,
      });
      return accounts.edges[0]?.node.online;
    },
    /** Resolves at this number of listening sessions and subscriptions; one is Alice's session. */
    listeners,
  };
}

test.for(Object.entries(TRANSPORTS))(
  'an account is online while a client reads by %s, and 30 seconds longer',
  async ([, transport]) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { chat, bob, pass, isOnline, listeners } = await stillChat();
    bob.close();
    await listeners(1);
    const stream = await transport({ url: chat.url, token: bob.token });
    await listeners(3);
    // In small steps, so that the client can answer the server's pings.
    for (let seconds = 0; seconds < 180; seconds += 5) {
      pass(5 * SECOND);
      vi.advanceTimersByTime(5 * SECOND);
      await chat.app.connected.settled();
      expect(await isOnline('bob')).toBe(true);
    }
    stream.destroy();
    await listeners(1);
    pass(29 * SECOND);
    expect(await isOnline('bob')).toBe(true);
    pass(2 * SECOND);
    await expect.poll(() => isOnline('bob')).toBe(false);
  },
);

test('an account is online for a minute after each login or request', async () => {
  const { chat, bob, pass, isOnline, listeners } = await stillChat();
  bob.close();
  await listeners(1);
  pass(10 * MINUTE);
  expect(await isOnline('bob')).toBe(false);

  const { login } = await chat.anonymous.ask(Login, {
    input: { username: 'bob', password: PASSWORD },
  });
  const token = login.__typename === 'LoginSuccess' ? login.token : undefined;
  pass(MINUTE - SECOND);
  expect(await isOnline('bob')).toBe(true);
  pass(SECOND);
  expect(await isOnline('bob')).toBe(false);

  expect(await viewerBy(chat.url, token)).toBe('bob');
  pass(MINUTE - SECOND);
  expect(await isOnline('bob')).toBe(true);
  expect(await viewerBy(chat.url, token)).toBe('bob');
  pass(MINUTE - SECOND);
  expect(await isOnline('bob')).toBe(true);
  pass(SECOND);
  expect(await isOnline('bob')).toBe(false);
});

/** Asks for the viewer over plain HTTP. */
async function viewerBy(url: string, token: string | undefined): Promise<string | undefined> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ viewer { username } }' }),
  });
  return (await response.json()).data.viewer?.username;
}

test('an account is offline 45 seconds after its server was killed', async () => {
  const databaseUrl = await newDatabase();
  const server = await startServer({ DATABASE_URL: databaseUrl });
  const { bob } = await newClients(chatServerAt(server.url), ['bob']);
  // The send opens the socket, whose lease replaces the longer one of the login.
  await bob.send('bob', 'hello');
  const isLeasedBySocket = 'select id from session where lease_until = used_at + 45000';
  await expect.poll(() => query(databaseUrl, isLeasedBySocket)).toHaveLength(1);
  await server.end('SIGKILL');
  const killed = Date.now();

  let now = killed;
  await using app = await openApp(
    readConfig({ DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent' }),
    () => now,
  );
  const isOnline = async () => {
    const account = await app.ports.accounts.named('bob');
    return account && app.ports.presence.online({ account, sessionId: '' }, account);
  };
  now = killed + 29 * SECOND;
  expect(await isOnline()).toBe(true);
  now = killed + 45 * SECOND;
  expect(await isOnline()).toBe(false);
});
