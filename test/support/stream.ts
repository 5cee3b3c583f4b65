import { request } from 'node:http';
import { print } from 'graphql';
import { onTestFinished } from 'vitest';
import { MessageReceived } from '../../client/core/documents/message.ts';
import type { Delivery } from './history.ts';
import { openWire } from './wire.ts';

/** One subscription to a mailbox, without a client library that would reconnect. */
export interface Stream {
  readonly messages: readonly Delivery[];
  /** Stops reading from the connection. */
  pause(): void;
  resume(): void;
  /** Drops the connection without closing it properly. */
  destroy(): void;
  /** Resolves when the connection has closed. */
  readonly ended: Promise<StreamEnd>;
}

export interface StreamEnd {
  /** The code of the error that ended the subscription. */
  readonly error?: string | undefined;
  /** The code with which a WebSocket closed. */
  readonly closed?: number;
}

/** Where to subscribe, whose session it is, and the position to start after; null for the mark. */
export interface StreamOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly after?: number | null;
}

export type Transport = (options: StreamOptions, received?: () => void) => Promise<Stream>;

interface Result {
  readonly data?: { readonly messageReceived: Delivery } | null;
  readonly errors?: readonly Fault[];
}
interface Fault {
  readonly extensions?: { readonly code?: string };
}

const QUERY = print(MessageReceived);
const codeOf = (errors: readonly Fault[] | undefined) => errors?.[0]?.extensions?.code;

/** Subscribes over its own WebSocket. */
export async function overWebSocket(
  { url, token, after = null }: StreamOptions,
  received = () => {},
): Promise<Stream> {
  const { socket, ask, closed } = await openWire(url, token);
  const messages: Delivery[] = [];
  let error: string | undefined;
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(String(data)) as {
      type: string;
      payload: Result & Fault[];
    };
    error ??= codeOf(type === 'error' ? payload : payload?.errors);
    // The subscription cannot continue here, so a client would reconnect.
    if (error === 'UNAVAILABLE') socket.close();
    if (!payload?.data) return;
    messages.push(payload.data.messageReceived);
    received();
  });
  ask('mailbox', QUERY, { after });
  return {
    messages,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    destroy: () => socket.terminate(),
    ended: closed.then((code) => ({ error, closed: code })),
  };
}

/** Subscribes with server-sent events, over its own connection. */
export async function overEvents(
  { url, token, after = null }: StreamOptions,
  received = () => {},
): Promise<Stream> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'text/event-stream',
  };
  const outgoing = request(`${url}/graphql`, { method: 'POST', headers, agent: false });
  onTestFinished(() => void outgoing.destroy());
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
    outgoing.end(JSON.stringify({ query: QUERY, variables: { after } }));
  });
  const messages: Delivery[] = [];
  let error: string | undefined;
  let rest = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const json = /^data: ?(.+)$/m.exec(event)?.[1];
      if (json === undefined) continue;
      const result = JSON.parse(json) as Result;
      error ??= codeOf(result.errors);
      if (!result.data) continue;
      messages.push(result.data.messageReceived);
      received();
    }
  });
  // The `close` that follows reports it.
  response.on('error', () => {});
  return {
    messages,
    pause: () => response.pause(),
    resume: () => response.resume(),
    destroy: () => outgoing.destroy(),
    ended: new Promise((resolve) => response.once('close', () => resolve({ error }))),
  };
}

export const TRANSPORTS = { WebSocket: overWebSocket, 'server-sent events': overEvents };
