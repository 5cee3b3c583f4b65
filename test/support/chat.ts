import { onTestFinished } from 'vitest';
import { CreateAccount } from '../../client/core/documents/account.ts';
import { Login } from '../../client/core/documents/session.ts';
import type { Limits } from '../../schema/limits.ts';
import { type App, openApp } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { serve } from '../../server/serve.ts';
import { bellSetting } from './bell.ts';
import { newDatabase } from './database.ts';
import { type TestClient, testClientAt } from './test-client.ts';

export const PASSWORD = 'correct horse';

export interface ChatOptions {
  readonly limits?: Partial<Limits>;
  /** Environment variables, for settings that are not limits. */
  readonly settings?: Record<string, string>;
  /** Replaces the clock, in milliseconds since 1970, for tests that depend on time passing. */
  readonly clock?: () => number;
}

/** A running server, with ways to create accounts and clients on it. */
export interface ChatServer {
  readonly url: string;
  /** Creates an account without logging in. */
  create(username: string): Promise<void>;
  /** Logs in one more client of an account. */
  login(username: string): Promise<TestClient>;
  /** A client that is not logged in. */
  readonly anonymous: TestClient;
}

/**
 * All clients of a test share one address, and some tests send a lot. A test of a limit sets that
 * limit itself.
 */
const UNLIMITED: Partial<Limits> = {
  maxSendsPerMinute: 1_000_000,
  maxOperationsPerAddress: 1_000_000,
  maxOperationsPerSecondPerAddress: 1_000_000,
  maxSocketsPerAddress: 1_000_000,
  maxLoginsPerQuarterHourPerAddress: 1_000_000,
  maxConnectionsPerAddress: 1_000_000,
};

/** A server in this process, with its own database, on a real port. */
export interface Chat extends ChatServer {
  readonly app: App;
  /** The address of /metrics, if it has a port of its own. */
  readonly metricsUrl: string | undefined;
}

/** The server at an address. Its clients are closed when the test has finished. */
export function chatServerAt(url: string): ChatServer {
  const anonymous = testClientAt(url);
  return {
    url,
    anonymous,
    async create(username) {
      const { createAccount } = await anonymous.ask(CreateAccount, {
        input: { username, password: PASSWORD },
      });
      if (createAccount.__typename !== 'CreateAccountSuccess')
        throw new Error(createAccount.message);
    },
    async login(username) {
      const { login } = await anonymous.ask(Login, {
        input: { username, password: PASSWORD, ifOnline: 'JOIN' },
      });
      if (login.__typename !== 'LoginSuccess') throw new Error(login.message);
      const client = testClientAt(
        url,
        login.token,
        login.account.username,
        login.mailbox.deliveredThrough,
      );
      onTestFinished(() => client.close());
      return client;
    },
  };
}

/** Creates an account for each name, and logs in a client for each. */
export async function newClients<Name extends string>(
  server: ChatServer,
  names: readonly Name[],
): Promise<Record<Name, TestClient>> {
  const clients: Partial<Record<Name, TestClient>> = {};
  for (const name of names) {
    await server.create(name);
    clients[name] = await server.login(name);
  }
  return clients as Record<Name, TestClient>;
}

/** A chat with a client logged in for each name. It ends with the test. */
export const newChat = <Name extends string>(...names: Name[]) => newChatWith({}, ...names);

export async function newChatWith<Name extends string>(
  { limits = {}, settings = {}, clock = Date.now }: ChatOptions,
  ...names: Name[]
): Promise<{ chat: Chat } & Record<Name, TestClient>> {
  const databaseUrl = settings.DATABASE_URL ?? (await newDatabase());
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...bellSetting(),
    ...settings,
    DATABASE_URL: databaseUrl,
  });
  const app = await openApp(
    { ...config, limits: { ...config.limits, ...UNLIMITED, ...limits } },
    clock,
  );
  onTestFinished(() => app[Symbol.asyncDispose]());
  const serving = await serve(app);
  onTestFinished(() => serving[Symbol.asyncDispose]());

  const chat: Chat = {
    app,
    metricsUrl: serving.metricsUrl,
    ...chatServerAt(serving.url),
  };
  return { chat, ...(await newClients(chat, names)) };
}
