import { onTestFinished } from 'vitest';
import { CreateAccount, Login } from '../../client/core/documents.ts';
import type { Limits } from '../../schema/model.ts';
import { type App, openApp } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { serve } from '../../server/serve.ts';
import { newDatabase } from './database.ts';
import { type TestClient, testClientAt } from './test-client.ts';

export const PASSWORD = 'correct horse';

export interface ChatOptions {
  readonly limits?: Partial<Limits>;
  /** Environment variables, for what is not a limit. */
  readonly settings?: Record<string, string>;
  /** Milliseconds since 1970, for what depends on time passing. */
  readonly clock?: () => number;
}

/** A way in to a server, for people with and without accounts. */
export interface ChatServer {
  readonly url: string;
  /** Creates an account without logging in. */
  create(username: string): Promise<void>;
  /** Logs one more client of an account in. */
  login(username: string): Promise<TestClient>;
  /** Somebody who is not logged in. */
  readonly anonymous: TestClient;
}

/**
 * All clients of a test share one address, and some tests send much: what a test is about sets its
 * own limit.
 */
const UNLIMITED: Partial<Limits> = {
  maxSendsPerMinute: 1_000_000,
  maxOperationsPerAddress: 1_000_000,
  maxOperationsPerSecondPerAddress: 1_000_000,
  maxSocketsPerAddress: 1_000_000,
  maxLoginsPerQuarterHourPerAddress: 1_000_000,
  maxConnectionsPerAddress: 1_000_000,
};

/** A server in this process, with a database of its own, on a real port. */
export interface Chat extends ChatServer {
  readonly app: App;
}

/**
 * The way in to a server that runs at this address; who came in leaves when the test has finished.
 */
export function chatServerAt(url: string): ChatServer {
  const anonymous = testClientAt(url);
  return {
    url,
    anonymous,
    async create(username) {
      const { createAccount } = await anonymous.ask(CreateAccount, {
        input: { username, password: PASSWORD },
      });
      if (createAccount.__typename !== 'CreateAccountSuccess') throw new Error(createAccount.error);
    },
    async login(username) {
      const { login } = await anonymous.ask(Login, {
        input: { username, password: PASSWORD, ifOnline: 'JOIN' },
      });
      if (login.__typename !== 'LoginSuccess') throw new Error(login.error);
      const person = testClientAt(
        url,
        login.token,
        login.account.username,
        login.mailbox.deliveredThrough,
      );
      onTestFinished(() => person.close());
      return person;
    },
  };
}

/** Creates accounts with these names, and logs each in and connects. */
export async function newClients<Name extends string>(
  server: ChatServer,
  names: readonly Name[],
): Promise<Record<Name, TestClient>> {
  const people: Partial<Record<Name, TestClient>> = {};
  for (const name of names) {
    await server.create(name);
    people[name] = await server.login(name);
  }
  return people as Record<Name, TestClient>;
}

/** A chat with these people in it, each logged in and connected; all of it ends with the test. */
export const newChat = <Name extends string>(...names: Name[]) => newChatWith({}, ...names);

export async function newChatWith<Name extends string>(
  { limits = {}, settings = {}, clock = Date.now }: ChatOptions,
  ...names: Name[]
): Promise<{ chat: Chat } & Record<Name, TestClient>> {
  const databaseUrl = settings.DATABASE_URL ?? (await newDatabase());
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
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

  const chat: Chat = { app, ...chatServerAt(serving.url) };
  return { chat, ...(await newClients(chat, names)) };
}
