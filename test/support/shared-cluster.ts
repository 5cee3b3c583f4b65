import type { TestProject } from 'vitest/node';
import { newCluster } from './cluster.ts';
import { withClient } from './postgres-client.ts';

/**
 * Starts one PostgreSQL for all tests of a project, or uses the one at TEST_DATABASE_URL. That one
 * serves one run at a time, and its user must be allowed to create databases. The databases of the
 * tests are removed at the end.
 */
export default async function shareCluster({ provide }: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  if (given === undefined) {
    const cluster = await newCluster();
    provide('postgres', cluster.url);
    return cluster.remove;
  }
  provide('postgres', given);
  return () =>
    withClient(given, async (client) => {
      const { rows } = await client.query(
        "select datname from pg_database where datname like 'parley\\_test\\_%'",
      );
      for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
    });
}
