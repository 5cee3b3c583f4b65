import { existsSync } from 'node:fs';
import { openBell } from '../bell.ts';
import type { Config } from '../config.ts';
import { AdministrationError } from '../domain/administration-error.ts';
import { longWork } from '../domain/long-work.ts';
import { passwordHasher } from '../domain/password.ts';
import type { Services } from '../domain/services.ts';
import { isPostgres, sqlitePath } from '../store/database-name.ts';
import { openStore } from '../store/open.ts';

/**
 * Opens the services of the rules beside the servers that run. Rings reach them over PostgreSQL or NATS;
 * a server on SQLite looks for changes by others every 1.5 seconds.
 */
export async function openServices(config: Config): Promise<Services & AsyncDisposable> {
  const { databaseUrl, limits } = config;
  if (!isPostgres(databaseUrl) && !existsSync(sqlitePath(databaseUrl)))
    throw new AdministrationError(
      `There is no database at ${sqlitePath(databaseUrl)}: set DATABASE_URL to the server's.`,
    );
  const store = await openStore(databaseUrl, {
    connections: 2,
    waitSeconds: 0,
    onWait() {},
    besideServer: true,
  });
  let fault: unknown;
  const onFault = (error: unknown) => {
    fault ??= error;
  };
  const bell = await openBell(config, onFault);
  return {
    store,
    bell,
    clock: Date.now,
    limits,
    passwords: passwordHasher(config.threadPoolSize),
    longWork: longWork(),
    // The metrics are those of servers.
    meter: { countSent() {}, countDelivered() {}, countHeld() {}, recordCommit() {} },
    onFault,
    async [Symbol.asyncDispose]() {
      await bell[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      if (fault) throw fault;
    },
  };
}
