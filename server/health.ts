import { sql } from 'kysely';
import type { App } from './app.ts';

/** Whether operations can be served now: the store answers. */
export async function isReady({ store }: App): Promise<boolean> {
  try {
    await sql`select 1`.execute(store.db);
    return true;
  } catch {
    return false;
  }
}
