import type { IncomingMessage, Server } from 'node:http';
import {
  type ExecutionArgs,
  type GraphQLError,
  type GraphQLFormattedError,
  getOperationAST,
} from 'graphql';
import { CloseCode, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestError } from '../../schema/errors.ts';
import type { App } from '../app.ts';
import { clientAddress } from './address.ts';
import { callerOf, type Origin } from './context.ts';
import { mayUse } from './cors.ts';
import { maskError } from './errors.ts';
import type { GraphQL } from './graphql.ts';
import { refuse } from './http.ts';
import { type DocumentCache, turnToParse } from './operation.ts';
import type { Quotas } from './quota.ts';
import {
  answered,
  begun,
  type Connection,
  closeGracefully,
  count,
  cut,
  GOING_AWAY,
  type Operation,
  SESSION_ENDED,
  socketRateLimit,
  subscribed,
} from './socket-state.ts';
import { tokenBucket } from './token-bucket.ts';

/** A socket that answers no ping for this long is dead. */
const HEARTBEAT_MS = 12_000;
/**
 * How long a client whose session has ended before it came may stay, so that what it asks first is
 * answered.
 */
const FIRST_ASKED_WITHIN_MS = 1_000;
/** How long a peer may take to answer a close, before its connection is cut. */
const CLOSED_WITHIN_MS = 1_000;
/** A code that invites the client back (RFC 6455's registry: Try Again Later). */
const TRY_AGAIN_LATER = 1013;

/** GraphQL over WebSocket, with the subprotocol `graphql-transport-ws`, on an HTTP server. */
export function serveSockets(
  app: App,
  graphql: GraphQL,
  documents: DocumentCache,
  quotas: Quotas,
  http: Server,
): AsyncDisposable {
  const { limits } = app.config;
  // Not given in place, since the types of ws do not know `closeTimeout` yet.
  const options = {
    noServer: true,
    maxPayload: limits.maxRequestBytes,
    perMessageDeflate: false,
    handleProtocols,
    closeTimeout: CLOSED_WITHIN_MS,
    // It would pile up answers to pings for a peer that reads none.
    autoPong: false,
  };
  const sockets = new WebSocketServer(options);
  const open = new Set<Connection>();
  const socketsOf = new Map<string, number>();
  const alive = new WeakSet<WebSocket>();
  let closing = false;

  const server = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: limits.initSeconds * 1_000,

    async onConnect({ extra: connection, connectionParams }) {
      connection.authorization = authorizationIn(connectionParams);
      const { viewer, sessionEnded } = await callerOf(app, originOf(connection));
      if (sessionEnded)
        setTimeout(() => closeGracefully(connection, SESSION_ENDED), FIRST_ASKED_WITHIN_MS);
      // One that has closed in the meantime would never leave its seat.
      if (!viewer || connection.socket.readyState !== connection.socket.OPEN) return;
      if (!countSocket(connection, viewer.account.id))
        return cut(connection, TRY_AGAIN_LATER, 'Too many sockets');
      connection.attendance = app.connected.attend(viewer);
      const { ended } = connection.attendance;
      if (ended.aborted) closeGracefully(connection, SESSION_ENDED);
      else ended.addEventListener('abort', () => closeGracefully(connection, SESSION_ENDED));
    },

    async onSubscribe({ extra: connection }, _id, payload) {
      const operation = connection.arriving as Operation;
      if (
        connection.operations.size - connection.subscriptions.size >
        limits.maxOperationsPerSocket
      ) {
        const message = `A socket has at most ${limits.maxOperationsPerSocket} operations under way at a time.`;
        return [new RequestError('LIMIT_EXCEEDED', message)];
      }
      try {
        count(connection, operation);
      } catch (error) {
        return [maskError(error, app.log)];
      }
      const origin = originOf(connection, payload);
      const caller = callerOf(app, origin);
      // One after another, so that what a client asks in order begins in that order.
      const turn = connection.preparing.then(() =>
        prepare(connection, operation, payload, { ...origin, caller }),
      );
      connection.preparing = Promise.allSettled([turn, caller]);
      return await turn.catch((error) => [maskError(error, app.log)]);
    },
    execute: (args) => (args.rootValue as Enveloped).execute(args),
    subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
    // graphql-ws wraps what a subscription throws anew, and drops its code.
    onError: (_connection, _id, _payload, errors) =>
      errors.map((error) => withoutHttpStatus(maskError(error, app.log))),
    onClose: ({ extra }) => extra.attendance?.[Symbol.dispose](),
  });

  /**
   * Counts a socket of an account until it closes; false when there are as many as there may be.
   */
  function countSocket({ socket }: Connection, accountId: string): boolean {
    const count = socketsOf.get(accountId) ?? 0;
    if (count >= limits.maxSocketsPerAccount) return false;
    socketsOf.set(accountId, count + 1);
    socket.once('close', () => {
      const left = (socketsOf.get(accountId) ?? 0) - 1;
      if (left > 0) socketsOf.set(accountId, left);
      else socketsOf.delete(accountId);
    });
    return true;
  }

  /** Turns a request into what is to be executed, or into the errors that keep it from being so. */
  async function prepare(
    connection: Connection,
    operation: Operation,
    params: SubscribePayload,
    origin: Origin,
  ): Promise<ExecutionArgs | GraphQLError[]> {
    await turnToParse(documents, params.query, origin);
    const enveloped = graphql.getEnveloped({ ...origin, params });
    const document = enveloped.parse(params.query);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return errors;
    if (getOperationAST(document, params.operationName)?.operation === 'subscription') {
      if (connection.subscriptions.size >= limits.maxSubscriptionsPerSocket) {
        const message = `A socket has at most ${limits.maxSubscriptionsPerSocket} subscriptions at a time.`;
        return [new RequestError('LIMIT_EXCEEDED', message)];
      }
      subscribed(connection, operation);
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
    const address = clientAddress(request, app.config.proxyHops);
    const quota = quotas.of(address);
    const connection: Connection = {
      socket,
      address,
      quota,
      operations: new Set(),
      subscriptions: new Set(),
      preparing: Promise.resolve(),
      cut: false,
    };
    const tryAgainLater = () => cut(connection, TRY_AGAIN_LATER, 'Try again later');
    const onFault = (fault: unknown) => {
      app.services.onFault(fault);
      tryAgainLater();
    };
    /** Whether there is somebody to send to; one who leaves too much unread is cut off instead. */
    const reads = (): boolean => {
      if (socket.bufferedAmount > limits.maxUnreadBytes) tryAgainLater();
      return socket.readyState === socket.OPEN;
    };
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const pace = socketRateLimit(socket, [tokenBucket(limits.maxOperationsPerSecond), quota.rate]);
    open.add(connection);
    alive.add(socket);
    app.metrics.sockets.set(open.size);
    socket.on('pong', () => {
      pace();
      alive.add(socket);
    });
    socket.on('ping', (data) => {
      pace();
      if (reads()) socket.pong(data);
    });
    // A frame that is malformed or too large: ws closes the socket by itself, with the code that
    // says so.
    socket.on('error', (error) => app.log.debug({ err: error }, 'socket'));
    const leave = server.opened(
      {
        protocol: socket.protocol,
        // What is sent to nobody is not done before the socket has closed: its reader would ask for
        // more.
        send: (data) =>
          reads() ? new Promise((resolve) => socket.send(data, () => resolve())) : closed,
        close: (code = CloseCode.InternalServerError, reason = '') => cut(connection, code, reason),
        onMessage: (answer) =>
          socket.on('message', (data) => {
            pace();
            if (closing || socket.readyState !== socket.OPEN) return;
            const operation = begun(connection);
            const frame = String(data);
            answer(frame)
              .catch((fault) =>
                isOfClients(frame)
                  ? onFault(fault)
                  : cut(connection, CloseCode.BadRequest, 'Not a message of a client'),
              )
              .finally(() => answered(connection, operation));
          }),
      },
      connection,
    );
    socket.once('close', (code, reason) => {
      open.delete(connection);
      app.metrics.sockets.set(open.size);
      leave(code, String(reason)).catch(onFault);
    });
  });

  http.on('upgrade', (request, stream, head) => {
    if (request.url?.split('?', 1)[0] !== graphql.graphqlEndpoint)
      return refuse(stream, '404 Not Found');
    if (!mayUse(request, app.config)) return refuse(stream, '403 Forbidden');
    if (closing) return refuse(stream, '503 Service Unavailable');
    const { rate, sockets: places } = quotas.of(clientAddress(request, app.config.proxyHops));
    if (rate.wait() > 0 || !places.take())
      return refuse(stream, '429 Too Many Requests\r\nRetry-After: 1');
    rate.take();
    stream.once('close', places.leave);
    sockets.handleUpgrade(request, stream, head, (socket) =>
      sockets.emit('connection', socket, request),
    );
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
      const gone = [...open].map(
        ({ socket }) => new Promise((resolve) => socket.once('close', resolve)),
      );
      for (const connection of open) closeGracefully(connection, GOING_AWAY);
      await Promise.all(gone);
      sockets.close();
    },
  };
}

/**
 * The messages that graphql-transport-ws allows a client to send. graphql-ws throws at one of a
 * server.
 */
const CLIENT_MESSAGES = ['connection_init', 'ping', 'pong', 'subscribe', 'complete'];
const isOfClients = (frame: string): boolean => CLIENT_MESSAGES.includes(JSON.parse(frame).type);

type Enveloped = Pick<ReturnType<GraphQL['getEnveloped']>, 'execute' | 'subscribe'>;

/**
 * Who sends an operation: as the socket said, or as the operation itself says. GraphiQL puts its
 * headers there.
 */
const originOf = (connection: Connection, params?: SubscribePayload): Origin => ({
  authorization: authorizationIn(params?.extensions?.headers) ?? connection.authorization,
  address: connection.address,
  quota: connection.quota,
  transport: 'socket',
  gone: () => connection.cut,
});

/**
 * What the Authorization header would say over HTTP. Some clients write its name with a capital
 * here too.
 */
function authorizationIn(headers: unknown): string | undefined {
  const { authorization, Authorization } = (headers ?? {}) as Record<string, unknown>;
  const value = authorization ?? Authorization;
  return typeof value === 'string' ? value : undefined;
}

/** An error as it is sent: the status that Yoga gives it is of HTTP alone. */
function withoutHttpStatus(error: GraphQLError): GraphQLFormattedError {
  const { extensions: { http: _status, ...extensions } = {}, ...rest } = error.toJSON();
  return { ...rest, extensions };
}
