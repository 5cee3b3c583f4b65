import type { IncomingMessage, Server } from 'node:http';
import { type ExecutionArgs, type GraphQLError, type GraphQLFormattedError, getOperationAST } from 'graphql';
import { handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestError } from '../schema/model.ts';
import type { App } from './app.ts';
import { answered, type Connection, GOING_AWAY, pacer, SESSION_ENDED, sayFarewell } from './connection.ts';
import { callerOf, type Origin } from './context.ts';
import { maskError } from './errors.ts';
import type { GraphQL } from './graphql.ts';
import { addressOf } from './http.ts';

/** A socket that answers no ping for this long is dead. */
const HEARTBEAT_MS = 12_000;
/** How long a client whose session has ended before it came may stay, so that what it asks first is answered. */
const FIRST_ASKED_WITHIN_MS = 1_000;
/** A client that lets this much pile up does not read what it asks for, and is cut off. */
const MAX_BUFFERED_BYTES = 1_048_576;
/** A code that invites the client back (RFC 6455's registry: Try Again Later). */
const TRY_AGAIN_LATER = 1013;

/** GraphQL over WebSocket, with the subprotocol `graphql-transport-ws`, on an HTTP server. */
export function serveSockets(app: App, graphql: GraphQL, http: Server): AsyncDisposable {
  const { limits } = app.config;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxRequestBytes,
    perMessageDeflate: false,
    handleProtocols,
  });
  const open = new Set<Connection>();
  const alive = new WeakSet<WebSocket>();
  let closing = false;

  const server = makeServer<Record<string, unknown>, Connection>({
    async onConnect({ extra: connection, connectionParams }) {
      connection.authorization = authorizationIn(connectionParams);
      const { viewer, sessionEnded } = await callerOf(app, originOf(connection));
      if (sessionEnded) setTimeout(() => sayFarewell(connection, SESSION_ENDED), FIRST_ASKED_WITHIN_MS);
      // One that has closed in the meantime would never leave its seat.
      if (!viewer || connection.socket.readyState !== connection.socket.OPEN) return;
      connection.attendance = app.leases.attend(viewer);
      const { ended } = connection.attendance;
      if (ended.aborted) sayFarewell(connection, SESSION_ENDED);
      else ended.addEventListener('abort', () => sayFarewell(connection, SESSION_ENDED));
    },

    async onSubscribe({ extra: connection }, id, payload) {
      connection.operations.add(id);
      const origin = originOf(connection, payload);
      const caller = callerOf(app, origin);
      // One after another, so that what a client asks in order begins in that order.
      const turn = connection.preparing.then(() => prepare(connection, id, payload, { ...origin, caller }));
      connection.preparing = Promise.allSettled([turn, caller]);
      const prepared = await turn.catch((error) => [maskError(error, app.log)]);
      if (Array.isArray(prepared)) answered(connection, id);
      return prepared;
    },
    execute: (args) => (args.rootValue as Enveloped).execute(args),
    subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
    // graphql-ws wraps what a subscription throws anew, and drops its code.
    onError: (_connection, _id, _payload, errors) => errors.map((error) => spoken(maskError(error, app.log))),
    onComplete: ({ extra }, id) => answered(extra, id),
    onClose: ({ extra }) => extra.attendance?.[Symbol.dispose](),
  });

  /** Turns a request into what is to be executed, or into the errors that keep it from being so. */
  async function prepare(
    connection: Connection,
    id: string,
    params: SubscribePayload,
    origin: Origin,
  ): Promise<ExecutionArgs | GraphQLError[]> {
    const enveloped = graphql.getEnveloped({ ...origin, params });
    const document = enveloped.parse(params.query);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return errors;
    if (getOperationAST(document, params.operationName)?.operation === 'subscription') {
      if (connection.subscriptions.size >= limits.maxSubscriptionsPerSocket) {
        const message = `A socket has at most ${limits.maxSubscriptionsPerSocket} subscriptions at a time.`;
        return [new RequestError('LIMIT_EXCEEDED', message)];
      }
      connection.subscriptions.add(id);
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

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const connection: Connection = {
      socket,
      address: addressOf(request, app.config.proxyHops),
      operations: new Set(),
      subscriptions: new Set(),
      preparing: Promise.resolve(),
    };
    const tryAgainLater = () => socket.close(TRY_AGAIN_LATER, 'Try again later');
    const onFault = (fault: unknown) => {
      app.parts.onFault(fault);
      tryAgainLater();
    };
    const pace = pacer(socket, limits.maxOperationsPerSecond);
    open.add(connection);
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
      connection,
    );
    socket.once('close', (code, reason) => {
      open.delete(connection);
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
      for (const connection of open) sayFarewell(connection, GOING_AWAY);
      await Promise.all(gone);
      sockets.close();
    },
  };
}

type Enveloped = Pick<ReturnType<GraphQL['getEnveloped']>, 'execute' | 'subscribe'>;

/** Who sends an operation: as the socket said, or as the operation itself says. GraphiQL puts its headers there. */
const originOf = ({ authorization, address }: Connection, params?: SubscribePayload): Origin => ({
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
