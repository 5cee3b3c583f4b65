import { withClient } from '../../test/support/postgres-client.ts';

/** Runs `work` while PostgreSQL does not analyze its tables by itself, so that they stay fresh. */
export async function withoutAutovacuum<Result>(
  databaseUrl: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const run = (...statements: readonly string[]) =>
    withClient(databaseUrl, async (client) => {
      for (const statement of [...statements, 'select pg_reload_conf()'])
        await client.query(statement);
    });
  await run('alter system set autovacuum = off');
  try {
    return await work();
  } finally {
    await run('alter system reset autovacuum');
  }
}
