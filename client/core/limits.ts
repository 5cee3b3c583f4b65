import type { Client } from '@urql/core';
import { Limits as LimitsQuery } from './documents/server.ts';
import { dataOf } from './errors.ts';
import type { ResultOf } from './graphql.ts';

/** The server's limits that a client checks before it sends. */
export type Limits = ResultOf<typeof LimitsQuery>['server']['limits'];

const known = new WeakMap<Client, Promise<Limits>>();

/**
 * Returns the limits of the client's server. They are requested once, and again after a failure.
 *
 * @example
 * const { maxTextLength } = await limitsOf(client);
 */
export function limitsOf(client: Client): Promise<Limits> {
  const limits = known.get(client) ?? ask(client);
  known.set(client, limits);
  limits.catch(() => known.delete(client));
  return limits;
}

async function ask(client: Client): Promise<Limits> {
  return (await dataOf(client.query(LimitsQuery, {}))).server.limits;
}
