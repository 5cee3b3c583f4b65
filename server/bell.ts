import type { Config } from './config.ts';
import { type Doorbell, doorbell } from './live/doorbell.ts';
import { sharedDoorbell } from './live/postgres-doorbell.ts';
import { hostUrls, isPostgres } from './store/database-name.ts';

/** Opens the doorbell that fits the database and the settings. */
export async function openBell(
  { databaseUrl, bellUrls }: Pick<Config, 'databaseUrl' | 'bellUrls'>,
  onFault: (fault: unknown) => void,
): Promise<Doorbell> {
  if (!isPostgres(databaseUrl)) return doorbell();
  if (bellUrls.length === 0) return sharedDoorbell(hostUrls(databaseUrl), onFault);
  // Loaded on demand, since few need it.
  const { natsDoorbell } = await import('./live/nats-doorbell.ts');
  return natsDoorbell(bellUrls, onFault);
}
