import type { Client } from '@urql/core';
import { Limits as LimitsQuery } from './documents/server.ts';
import { dataOf } from './errors.ts';
import type { ResultOf } from './graphql.ts';

/** What the server allows, of what a client has to know before it asks. */
export type Limits = ResultOf<typeof LimitsQuery>['server']['limits'];

const known = new WeakMap<Client, Promise<Limits>>();

/**
 * The limits of the server of this client. They are asked for once, and again after an attempt that
 * failed.
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
