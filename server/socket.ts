import type { IncomingMessage, Server } from 'node:http';
import { type ExecutionArgs, type GraphQLError, type GraphQLFormattedError, getOperationAST } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestError } from '../schema/model.ts';
import type { App } from './app.ts';
import { callerOf, type Origin } from './context.ts';
import type { Attendance } from './domain/lease.ts';
import { maskError } from './errors.ts';
import type { GraphQL } from './graphql.ts';
import { addressOf } from './http.ts';

/** A socket that answers no ping for this long is dead. */
const HEARTBEAT_MS = 12_000;
/** A client that lets this much pile up does not read what it asks for, and is cut off. */
const MAX_BUFFERED_BYTES = 1_048_576;
/** A code that invites the client back (RFC 6455's registry: Try Again Later). */
const TRY_AGAIN_LATER = 1013;

/** Why a socket is to close, what has to be answered before that, and how long that may take. */
interface Farewell {
  readonly code: number;
  readonly reason: string;
  readonly ready: (extra: Extra) => boolean;
  readonly patienceMs: number;
}
/** Nothing may be sent two seconds after a session's end; its subscriptions end by themselves, with an error. */
const SESSION_ENDED: Farewell = {
  code: CloseCode.Forbidden,
  reason: 'Session ended',
  ready: ({ operations }) => operations.size === 0,
  patienceMs: 1_000,
};
/** A client that is told this comes back, and its subscriptions resume. */
const GOING_AWAY: Farewell = {
  code: 1001,
  reason: 'Going away',
  ready: ({ operations, subscriptions }) => operations.size === subscriptions.size,
  patienceMs: 5_000,
};

/** What is known of one connection besides what graphql-ws keeps. */
interface Extra {
  readonly socket: WebSocket;
  readonly address: string;
  authorization?: string | undefined;
  attendance?: Attendance;
  /** The operations under way by id, and of these the subscriptions. */
  readonly operations: Set<string>;
  readonly subscriptions: Set<string>;
  /** Set once the socket is to close. */
  farewell?: Farewell;
}

/** GraphQL over WebSocket, with the subprotocol `graphql-transport-ws`, on an HTTP server. */
export function serveSockets(app: App, graphql: GraphQL, http: Server): AsyncDisposable {
  const { limits } = app.config;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxRequestBytes,
    perMessageDeflate: false,
    handleProtocols,
  });
  const open = new Set<Extra>();
  const alive = new WeakSet<WebSocket>();
  let closing = false;

  const server = makeServer<Record<string, unknown>, Extra>({
    async onConnect({ extra, connectionParams }) {
      extra.authorization = authorizationIn(connectionParams);
      const { viewer } = await callerOf(app, originOf(extra));
      // One that has closed in the meantime would never leave its seat.
      if (!viewer || extra.socket.readyState !== extra.socket.OPEN) return;
      extra.attendance = app.leases.attend(viewer);
      extra.attendance.ended.addEventListener('abort', () => sayFarewell(extra, SESSION_ENDED));
    },

    async onSubscribe({ extra }, id, payload) {
      extra.operations.add(id);
      const prepared = await prepare(extra, id, payload).catch((error) => [maskError(error, app.log)]);
      if (Array.isArray(prepared)) ended(extra, id);
      return prepared;
    },
    execute: (args) => (args.rootValue as Enveloped).execute(args),
    subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
    // graphql-ws wraps what a subscription throws anew, and drops its code.
    onError: (_connection, _id, _payload, errors) => errors.map((error) => spoken(maskError(error, app.log))),
    onComplete: ({ extra }, id) => ended(extra, id),
    onClose: ({ extra }) => extra.attendance?.[Symbol.dispose](),
  });

  /** Turns a request into what is to be executed, or into the errors that keep it from being so. */
  async function prepare(extra: Extra, id: string, params: SubscribePayload): Promise<ExecutionArgs | GraphQLError[]> {
    const enveloped = graphql.getEnveloped({ ...originOf(extra, params), params });
    const document = enveloped.parse(params.query);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return errors;
    if (getOperationAST(document, params.operationName)?.operation === 'subscription') {
      if (extra.subscriptions.size >= limits.maxSubscriptionsPerSocket) {
        const message = `A socket has at most ${limits.maxSubscriptionsPerSocket} subscriptions at a time.`;
        return [new RequestError('LIMIT_EXCEEDED', message)];
      }
      extra.subscriptions.add(id);
    }
    return {
      schema: enveloped.schema,
      document,
      operationName: params.operationName,
      variableValues: params.variables,
      contextValue: await enveloped.contextFactory(),
      rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
    };
  }

  function ended(extra: Extra, id: string): void {
    extra.operations.delete(id);
    extra.subscriptions.delete(id);
    closeWhenReady(extra);
  }

  /** Closes a socket once what is under way has been answered, and cuts it off if that takes too long. */
  function sayFarewell(extra: Extra, farewell: Farewell): void {
    extra.farewell = farewell;
    closeWhenReady(extra);
    const cutOff = setTimeout(() => extra.socket.terminate(), farewell.patienceMs);
    extra.socket.once('close', () => clearTimeout(cutOff));
  }

  function closeWhenReady(extra: Extra): void {
    const { farewell, socket } = extra;
    // Not at once: graphql-ws writes its last frame after it has told that the operation is complete.
    if (farewell?.ready(extra)) setImmediate(() => socket.close(farewell.code, farewell.reason));
  }

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const extra: Extra = {
      socket,
      address: addressOf(request, app.config.proxyHops),
      operations: new Set(),
      subscriptions: new Set(),
    };
    const tryAgainLater = () => socket.close(TRY_AGAIN_LATER, 'Try again later');
    const onFault = (fault: unknown) => {
      app.parts.onFault(fault);
      tryAgainLater();
    };
    const pace = pacer(socket, limits.maxOperationsPerSecond);
    open.add(extra);
    alive.add(socket);
    app.metrics.sockets.set(open.size);
    socket.on('pong', () => alive.add(socket));
    // A frame that is malformed or too large: ws closes the socket by itself, with the code that says so.
    socket.on('error', (error) => app.log.debug({ err: error }, 'socket'));
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve) => {
            if (socket.bufferedAmount > MAX_BUFFERED_BYTES) tryAgainLater();
            socket.send(data, () => resolve());
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (answer) =>
          socket.on('message', (data) => {
            pace();
            if (!closing) answer(String(data)).catch(onFault);
          }),
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      open.delete(extra);
      app.metrics.sockets.set(open.size);
      closed(code, String(reason)).catch(onFault);
    });
  });

  http.on('upgrade', (request, stream, head) => {
    const path = request.url?.split('?', 1)[0];
    if (path === graphql.graphqlEndpoint && !closing) {
      sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
    } else {
      stream.end(`HTTP/1.1 ${closing ? '503 Service Unavailable' : '404 Not Found'}\r\nConnection: close\r\n\r\n`);
    }
  });

  const heartbeat = setInterval(() => {
    for (const { socket } of open) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, HEARTBEAT_MS);

  return {
    async [Symbol.asyncDispose]() {
      closing = true;
      clearInterval(heartbeat);
      const gone = [...open].map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)));
      for (const extra of open) sayFarewell(extra, GOING_AWAY);
      await Promise.all(gone);
      sockets.close();
    },
  };
}

type Enveloped = Pick<ReturnType<GraphQL['getEnveloped']>, 'execute' | 'subscribe'>;

/** Who sends an operation: as the socket said, or as the operation itself says. GraphiQL puts its headers there. */
const originOf = ({ authorization, address }: Extra, params?: SubscribePayload): Origin => ({
  authorization: authorizationIn(params?.extensions?.headers) ?? authorization,
  address,
  transport: 'socket',
});

/** What the Authorization header would say over HTTP. Some clients write its name with a capital here too. */
function authorizationIn(headers: unknown): string | undefined {
  const { authorization, Authorization } = (headers ?? {}) as Record<string, unknown>;
  const value = authorization ?? Authorization;
  return typeof value === 'string' ? value : undefined;
}

/** An error as it is sent: the status that Yoga gives it is of HTTP alone. */
function spoken(error: GraphQLError): GraphQLFormattedError {
  const { extensions: { http: _status, ...extensions } = {}, ...rest } = error.toJSON();
  return { ...rest, extensions };
}

/** Counts a socket's messages; one that sends too many in a second is read on in the next. */
function pacer(socket: WebSocket, perSecond: number): () => void {
  let start = 0;
  let count = 0;
  return () => {
    const now = performance.now();
    if (now - start >= 1_000) {
      start = now;
      count = 0;
    }
    count += 1;
    if (count === perSecond) {
      socket.pause();
      setTimeout(() => socket.resume(), start + 1_000 - now);
    }
  };
}
