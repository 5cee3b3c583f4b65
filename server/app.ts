import { readFileSync } from 'node:fs';
import type { Context } from '../schema/context.ts';
import type { Config } from './config.ts';
import { accounts } from './domain/account.ts';
import { type ConnectedSessions, connectedSessions } from './domain/connected.ts';
import { conversations } from './domain/conversation.ts';
import { ownership } from './domain/credentials.ts';
import { longWork } from './domain/long-work.ts';
import { messages } from './domain/message.ts';
import { presence } from './domain/presence.ts';
import { receipts } from './domain/receipt.ts';
import { removal as openRemoval, type Removal } from './domain/removal.ts';
import type { Services } from './domain/services.ts';
import { type SessionService, sessions } from './domain/session.ts';
import { readiness } from './health.ts';
import { doorbell } from './live/doorbell.ts';
import { sharedDoorbell } from './live/postgres-doorbell.ts';
import { type Log, openLog } from './log.ts';
import { type Metrics, openMetrics } from './metrics.ts';
import { isPostgres, openStore, type Store } from './store/open.ts';

const SWEEP_EVERY_MS = 10 * 60_000;

/** The chat without its transports: everything behind the resolvers, put together. */
export interface App extends AsyncDisposable {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly services: Services;
  readonly connected: ConnectedSessions;
  /** Whether a message could be stored now. */
  readonly isReady: () => Promise<boolean>;
  readonly sessions: SessionService;
  readonly removal: Removal;
  readonly ports: Omit<Context, 'caller' | 'refusals'>;
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/**
 * Opens the store and builds the rules over it. @throws {StoreError} when the store cannot be used.
 */
export async function openApp(config: Config, clock: () => number = Date.now): Promise<App> {
  const log = openLog(config.logLevel);
  const onFault = (fault: unknown) => log.error({ err: fault }, 'fault');
  const store = await openStore(config.databaseUrl, config.databaseConnections);
  const bell = isPostgres(config.databaseUrl)
    ? await sharedDoorbell(config.databaseUrl, onFault)
    : doorbell();
  const services: Services = {
    store,
    bell,
    clock,
    limits: config.limits,
    longWork: longWork(),
    onFault,
  };
  const asOwner = ownership(services);
  const connected = connectedSessions(services);
  const sessionService = sessions(services, asOwner, connected);
  const removal = openRemoval(services);
  const sweep = () => Promise.all([sessionService.sweep().catch(onFault), removal.run()]);
  const sweeping = setInterval(sweep, SWEEP_EVERY_MS).unref();
  // What was deleted just before the last server ended.
  removal.run();
  return {
    config,
    log,
    metrics: openMetrics(services.bell),
    store,
    services: services,
    connected,
    isReady: readiness(services),
    sessions: sessionService,
    removal,
    ports: {
      accounts: accounts(services, asOwner, removal),
      sessions: sessionService,
      messages: messages(services, connected),
      conversations: conversations(services),
      receipts: receipts(services, connected),
      presence: presence(services, connected),
      server: { version, limits: config.limits },
    },
    async [Symbol.asyncDispose]() {
      clearInterval(sweeping);
      await removal[Symbol.asyncDispose]();
      await connected[Symbol.asyncDispose]();
      await bell[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}
