import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import { isOutage, isPostgresOutage, isReadOnly, UnavailableError } from './errors.ts';
import { parameter } from './parameter.ts';
import type { Hosts } from './postgres-hosts.ts';
import { type StandbyCheck, standbyCheck } from './postgres-standby.ts';

/**
 * The statements that each connection keeps prepared, and their greatest length: a batch has one
 * for each of its sizes.
 */
const PREPARED = { count: 200, length: 2_000 };

/** Begins a transaction, all of which change something, or is a change by itself. */
const IS_CHANGE = /^(begin|insert|update|delete)\b/;

/**
 * Wraps the pools: connection failures become UnavailableError, and broken connections are
 * discarded. Repeated statements are prepared: without that, PostgreSQL takes 1.7 times the
 * processor time for a message.
 */
export function wrapHosts(hosts: Hosts): PostgresPool {
  const nameOf = statementNames();
  const standby = standbyCheck();
  return {
    options: hosts.current.options,
    end: hosts.end,
    async connect() {
      const { client, pool } = await hosts.connect().catch((error) => {
        throw new UnavailableError(error);
      });
      return wrapClient(client, nameOf, standby, (error) => {
        standby.suspect();
        if (isReadOnly(error)) hosts.leave(pool);
      });
    },
  };
}

function wrapClient(
  client: pg.PoolClient,
  nameOf: (sql: string) => string | undefined,
  standby: StandbyCheck,
  onOutage: (error: unknown) => void,
): PostgresPoolClient {
  let broken: UnavailableError | undefined;
  return {
    async query(sql: string, parameters: readonly unknown[] = []) {
      // Kysely's rollback must not wait for another timeout.
      if (broken) throw broken;
      try {
        if (IS_CHANGE.test(sql)) await standby.beforeChange(client);
        const statement = { name: nameOf(sql), text: sql, values: parameters.map(parameter) };
        return (await client.query(statement)) as PostgresQueryResult<never>;
      } catch (error) {
        // A change that was refused for the standby leaves the connection as it was.
        if (isOutage(error) || !isPostgresOutage(error)) throw error;
        broken = new UnavailableError(error);
        onOutage(error);
        throw broken;
      }
    },
    release: (discard: boolean) => client.release(broken ?? discard),
  } as unknown as PostgresPoolClient;
}

/** Returns a function that names the statements to prepare. */
function statementNames(): (sql: string) => string | undefined {
  const names = new Map<string, string>();
  return (sql) => {
    // A search is planned for its term: prepared, it would read all usernames even where an index
    // leads to the few that match.
    const isRepeated = sql.length <= PREPARED.length && !sql.includes(' like ');
    if (isRepeated && names.size < PREPARED.count && !names.has(sql))
      names.set(sql, `s${names.size}`);
    return names.get(sql);
  };
}
