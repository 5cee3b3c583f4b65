import type { TestProject } from 'vitest/node';
import { newCluster } from './cluster.ts';
import { withClient } from './postgres-client.ts';

/**
 * Starts one PostgreSQL for all the tests of a project, or takes the one at TEST_DATABASE_URL, for
 * one run at a time: its user must be allowed to create databases, and all that tests have made
 * there is removed at the end.
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
