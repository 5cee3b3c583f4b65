import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { openBell } from './bell.ts';
import type { Config } from './config.ts';
import { accounts } from './domain/account.ts';
import { blocks as openBlocks } from './domain/block.ts';
import { type ConnectedSessions, connectedSessions } from './domain/connected.ts';
import { conversations as openConversations } from './domain/conversation.ts';
import { ownership } from './domain/credentials.ts';
import { longWork } from './domain/long-work.ts';
import { messages as openMessages } from './domain/message.ts';
import { nodes } from './domain/node.ts';
import { passwordHasher } from './domain/password.ts';
import { presence } from './domain/presence.ts';
import { receipts } from './domain/receipt.ts';
import { removal as openRemoval, type Removal } from './domain/removal.ts';
import { retention as openRetention, type Retention } from './domain/retention.ts';
import type { Services } from './domain/services.ts';
import { sessions as openSessions, type SessionService } from './domain/session.ts';
import { typing as openTyping } from './domain/typing.ts';
import { writeQueue } from './domain/write-queue.ts';
import { readiness } from './health.ts';
import { type Log, openLog } from './log.ts';
import { openMetrics } from './metrics.ts';
import { databaseName } from './store/database-name.ts';
import { isOutage } from './store/errors.ts';
import { openStore, type Store } from './store/open.ts';
import { openTracing, type Tracing } from './tracing.ts';
import type { Backend } from './transport/backend.ts';

/** How often expired sessions are deleted and interrupted account removals are continued. */
const SWEEP_EVERY_MS = 10 * 60_000;
/** How often old messages are looked for. Each time reads past those that are not delivered. */
const RETENTION_EVERY_MS = 60 * 60_000;

/** A chat server without its transports. Disposing of it closes the store. */
export interface App extends Backend, AsyncDisposable {
  readonly log: Log;
  readonly config: Config;
  readonly store: Store;
  readonly services: Services;
  /** Undefined unless OpenTelemetry is there. */
  readonly tracing: Tracing | undefined;
  readonly sessions: SessionService;
  readonly connected: ConnectedSessions;
  readonly removal: Removal;
}

// In a package this file is deeper in its folder.
const { version } = JSON.parse(readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8'));

/** Opens the store and builds the domain on it. @throws {StoreError} if the store is unusable. */
export async function openApp(config: Config, clock: () => number = Date.now): Promise<App> {
  const { limits, registration, retentionDays } = config;
  const tracing = openTracing(version);
  const logOutput = openLog(config.logLevel, tracing?.logFields);
  if (tracing) logOutput.log.info('operations are traced with OpenTelemetry');
  const onFault = (fault: unknown) => logOutput.log.error({ err: fault }, 'fault');
  const { store, bell } = await openStorage(config, logOutput.log, onFault);
  const passwords = passwordHasher(config.threadPoolSize);
  const metrics = openMetrics({ bell, passwords, store, logOutput, version });
  const services: Services = {
    store,
    bell,
    clock,
    limits,
    passwords,
    meter: metrics,
    commitTrace: tracing,
    longWork: longWork(),
    onFault,
  };
  const asOwner = ownership(services);
  const connected = connectedSessions(services);
  const sessions = openSessions(services, asOwner, connected);
  const removal = openRemoval(services);
  const retention = openRetention(services, retentionDays);
  const writes = writeQueue(services);
  const messages = openMessages(services, connected, writes);
  const conversations = openConversations(services);
  const typing = openTyping(services, connected);
  const blocks = openBlocks(services, typing);
  const sweeping = startSweeping({ sessions, removal, retention, onFault });
  return {
    config,
    log: logOutput.log,
    metrics,
    store,
    services,
    tracing,
    connected,
    sessions,
    removal,
    ports: {
      blocks,
      typing,
      accounts: accounts(services, asOwner, connected, removal, registration),
      sessions,
      messages,
      conversations,
      receipts: receipts(services, connected, blocks),
      presence: presence(services, connected),
      nodes: nodes(services, { conversations, messages }),
      server: { version, registration, retentionDays: retentionDays ?? null, limits },
    },
    isReady: readiness(services),
    isOutage,
    onFault,
    async [Symbol.asyncDispose]() {
      sweeping[Symbol.dispose]();
      await retention[Symbol.asyncDispose]();
      await removal[Symbol.asyncDispose]();
      await writes[Symbol.asyncDispose]();
      await connected[Symbol.asyncDispose]();
      await bell[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Opens the store and the doorbell that fits it. */
async function openStorage(
  config: Config,
  log: Log,
  onFault: Services['onFault'],
): Promise<Pick<Services, 'store' | 'bell'>> {
  const { databaseUrl, databaseConnections, databaseWaitSeconds } = config;
  const store = await openStore(databaseUrl, {
    connections: databaseConnections,
    waitSeconds: databaseWaitSeconds,
    onWait: ({ message }) =>
      log.warn(
        `waiting up to ${databaseWaitSeconds} s for ${databaseName(databaseUrl)}: ${message}`,
      ),
  });
  if (store.newerMigrations.length > 0) {
    const names = store.newerMigrations.join(', ');
    log.warn(
      `The database was changed by a newer version (${names}). This version runs on it, without ` +
        'what is new.',
    );
  }
  return { store, bell: await openBell(config, onFault) };
}

/** Cleans up now and regularly: a removal can be left over from a server that was stopped. */
function startSweeping({
  sessions,
  removal,
  retention,
  onFault,
}: Pick<App, 'sessions' | 'removal' | 'onFault'> & { readonly retention: Retention }): Disposable {
  removal.run();
  retention.run();
  const timers = [
    setInterval(() => {
      sessions.sweep().catch(onFault);
      removal.run();
    }, SWEEP_EVERY_MS),
    setInterval(retention.run, RETENTION_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();
  return {
    [Symbol.dispose]() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
