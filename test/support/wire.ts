import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { newSignal, until } from './wait.ts';

/** A frame of graphql-transport-ws, as received. */
export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket without a client library, to do what a well-behaved client does not. */
export interface Wire {
  readonly socket: WebSocket;
  readonly frames: readonly Frame[];
  /** Starts an operation. Its frames carry this id. */
  ask(id: string, query: string, variables?: Record<string, unknown>): void;
  /** Resolves with the matching frames once there are `count` of them. */
  received(matches: (frame: Frame) => boolean, count?: number): Promise<readonly Frame[]>;
  /** Resolves with the close code: 1006 if the connection was cut. */
  readonly closed: Promise<number>;
}

/** Opens a WebSocket, with the session of a token if given, and waits for `connection_ack`. */
export async function openWire(
  url: string,
  token: string | undefined,
  options: ClientOptions = {},
): Promise<Wire> {
  const address = `${url.replace(/^http/, 'ws')}/graphql`;
  const socket = new WebSocket(address, 'graphql-transport-ws', options);
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  const changed = newSignal();
  const closed = Promise.withResolvers<number>();
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)));
    changed.notify();
  });
  socket.on('close', (code) => {
    closed.resolve(code);
    changed.notify();
  });
  // The `close` that follows reports it.
  socket.on('error', () => {});
  socket.on('open', () => {
    const payload = token === undefined ? {} : { authorization: `Bearer ${token}` };
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
  });

  const wire: Wire = {
    socket,
    frames,
    ask: (id, query, variables = {}) =>
      socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } })),
    async received(matches, count = 1) {
      const over = () => socket.readyState === WebSocket.CLOSED;
      await until(changed, () => frames.filter(matches).length >= count || over());
      const matching = frames.filter(matches);
      if (matching.length < count)
        throw new Error(`The socket closed after ${matching.length} of ${count} frames.`);
      return matching;
    },
    closed: closed.promise,
  };
  await wire.received(({ type }) => type === 'connection_ack');
  return wire;
}
