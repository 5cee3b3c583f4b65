import type { ServerResponse } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import type { Caller, Context } from '../../schema/context.ts';
import type { Backend } from './backend.ts';
import type { Quota } from './quota.ts';

/** The client that sends an operation, as its transport knows it. */
export interface Client {
  /** The value of the Authorization header, or of its counterpart on a socket. */
  readonly authorization: string | undefined;
  /** The headers of the request. On a socket, those of the operation: whatever a client puts there. */
  readonly headers: unknown;
  /** The result of `clientAddress`. */
  readonly address: string;
  /** The quota of the address. */
  readonly quota: Quota;
  /** An HTTP request counts as a short visit; a socket attends for as long as it is open. */
  readonly transport: 'http' | 'socket';
  /** Whether the client has gone, so that an operation that has not started need not start. */
  readonly isGone: () => boolean;
}

/** The context of an operation: the resolvers' and the transport's. `res` exists only over HTTP. */
export type OperationContext = Context & Client & { readonly res?: ServerResponse };
export type OperationArgs = ExecutionArgs & { contextValue: OperationContext };

/** Builds the context of one operation. */
export const contextOf = (
  { ports }: Backend,
  { authorization, headers, address, quota, transport, isGone }: Client,
  caller: Caller,
): Context & Client => ({
  ...ports,
  // Property by property: to spread a second object takes much longer than the first.
  authorization,
  headers,
  address,
  quota,
  transport,
  isGone,
  caller,
  refusals: [],
});

/** Resolves who sends an operation. A header that is not a bearer token counts as no header. */
export async function callerOf(
  { sessions, connected }: Backend,
  { authorization, address, transport }: Client,
): Promise<Caller> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (!token) return { address, viewer: null, sessionEnded: false };
  const session = await sessions.withToken(token);
  if (!session) return { address, viewer: null, sessionEnded: true };
  if (transport === 'http') await connected.visit(session);
  return {
    address,
    viewer: { account: session.account, sessionId: session.id },
    sessionEnded: false,
  };
}
