import type { Caller, Context } from '../../schema/context.ts';
import type { App } from '../app.ts';
import type { Quota } from './quota.ts';

/** What a transport knows of whoever sends an operation. */
export interface Origin {
  /** In the words of the Authorization header, whichever way it came. */
  readonly authorization: string | undefined;
  /** As `clientAddress` tells it. */
  readonly address: string;
  /** What the address may take. */
  readonly quota: Quota;
  /** A plain HTTP request counts as a short visit; a socket says by itself how long it is there. */
  readonly transport: 'http' | 'socket';
  /** Whether nobody will read an answer, so that what has not begun need not begin. */
  readonly gone: () => boolean;
  /** Where it has been looked up already. */
  readonly caller?: Promise<Caller>;
}

/** Builds what the resolvers of one operation get; the session is looked up anew for each. */
export async function contextOf(app: App, origin: Origin): Promise<Context> {
  return { ...app.ports, caller: await (origin.caller ?? callerOf(app, origin)), refusals: [] };
}

/** Finds out who sends an operation. A header that is no bearer token counts as none. */
export async function callerOf(
  app: App,
  { authorization, address, transport }: Pick<Origin, 'authorization' | 'address' | 'transport'>,
): Promise<Caller> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (!token) return { address, viewer: null, sessionEnded: false };
  const session = await app.sessions.withToken(token);
  if (!session) return { address, viewer: null, sessionEnded: true };
  if (transport === 'http') await app.connected.visit(session);
  return {
    address,
    viewer: { account: session.account, sessionId: session.id },
    sessionEnded: false,
  };
}
