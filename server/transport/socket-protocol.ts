import { type ExecutionArgs, type GraphQLError, getOperationAST } from 'graphql';
import { makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import type { Caller } from '../../schema/context.ts';
import { RequestError } from '../../schema/errors.ts';
import { schema } from '../../schema/index.ts';
import { type AccountSockets, accountSockets } from './account-sockets.ts';
import type { Backend } from './backend.ts';
import { type Client, callerOf, contextOf, type OperationArgs } from './context.ts';
import type { Documents } from './documents.ts';
import { maskError } from './errors.ts';
import type { Operations } from './operation.ts';
import { tooManyOperations } from './quota.ts';
import {
  type Connection,
  closeGracefully,
  closeNow,
  countOperation,
  markAsSubscription,
  type Operation,
  SESSION_ENDED,
  TRY_AGAIN_LATER,
} from './socket-state.ts';

/** How long a client with an ended session may stay, so that its first operation gets an error. */
const ENDED_SESSION_TIMEOUT_MS = 1_000;

/** What the sockets' operations run on. */
interface Runtime {
  readonly backend: Backend;
  readonly documents: Documents;
}

/** GraphQL over a socket: the protocol `graphql-transport-ws`, from `connection_init` on. */
export function socketProtocol(
  backend: Backend,
  documents: Documents,
  { execute, subscribe }: Operations,
): Server<Connection> {
  const runtime = { backend, documents };
  const sockets = accountSockets(backend.config.limits);
  return makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: backend.config.limits.initSeconds * 1_000,
    onConnect: ({ extra, connectionParams }) => logIn(backend, sockets, extra, connectionParams),
    onSubscribe: ({ extra }, _id, payload) => prepareInOrder(runtime, extra, payload),
    execute: (args) => execute(args as OperationArgs),
    subscribe: (args) => subscribe(args as OperationArgs),
    // Otherwise graphql-ws copies each result to turn its errors into JSON, as JSON.stringify does.
    onNext: (_context, _id, _payload, _args, result) => result,
    // graphql-ws wraps what a subscription throws, and drops its code.
    onError: (_context, _id, _payload, errors) => errors.map((error) => maskError(error, backend)),
    onClose: ({ extra }) => extra.attendance?.[Symbol.dispose](),
  });
}

/** Resolves a socket's caller at `connection_init`, and closes the socket with its session. */
async function logIn(
  backend: Backend,
  sockets: AccountSockets,
  connection: Connection,
  params: unknown,
): Promise<void> {
  const { socket } = connection;
  connection.authorization = authorizationIn(params);
  const caller = await callerOf(backend, clientOf(connection));
  const { viewer, sessionEnded } = caller;
  const close = () => closeGracefully(connection, SESSION_ENDED);
  if (sessionEnded) setTimeout(close, ENDED_SESSION_TIMEOUT_MS);
  // If the socket has closed meanwhile, nothing would release the attendance.
  if (!viewer || socket.readyState !== socket.OPEN) return;
  if (!sockets.add(socket, viewer.account.id)) {
    connection.countLimited('maxSocketsPerAccount');
    return closeNow(connection, TRY_AGAIN_LATER, 'Too many sockets');
  }
  connection.attendance = backend.connected.attend(viewer);
  connection.caller = {
    ...caller,
    viewer: { ...viewer, account: { ...viewer.account, online: true } },
  };
  const { ended } = connection.attendance;
  if (ended.aborted) close();
  else ended.addEventListener('abort', close);
}

/** Prepares a socket's operations one after another, so that they start in the client's order. */
function prepareInOrder(
  runtime: Runtime,
  connection: Connection,
  payload: SubscribePayload,
): readonly GraphQLError[] | Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { backend } = runtime;
  const { latest: operation, operations, subscriptions } = connection;
  const { maxOperationsPerSocket } = backend.config.limits;
  if (operations.size - subscriptions.size > maxOperationsPerSocket) {
    backend.metrics.countRefusal('concurrency');
    return [tooManyOperations('on this socket', maxOperationsPerSocket)];
  }
  try {
    countOperation(connection, operation);
  } catch (error) {
    backend.metrics.countRefusal('concurrency');
    return [maskError(error, backend)];
  }
  const prepared = prepare(runtime, connection, operation, payload);
  connection.preparing = prepared;
  return prepared;
}

/** Returns who sends an operation. A logged-in socket looks up its session only once. */
function callerOn(
  backend: Backend,
  { authorization, caller, attendance }: Connection,
  client: Client,
): Caller | Promise<Caller> {
  if (!caller || client.authorization !== authorization) return callerOf(backend, client);
  return attendance?.ended.aborted ? { ...caller, viewer: null, sessionEnded: true } : caller;
}

/** Prepares an operation after the one before. Returns what to execute, or the errors. */
async function prepare(
  { backend, documents }: Runtime,
  connection: Connection,
  operation: Operation,
  params: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  try {
    const client = clientOf(connection, params);
    const caller = callerOn(backend, connection, client);
    // It can fail before the operation has its turn to fail.
    if (caller instanceof Promise) caller.catch(() => {});
    // That of the operation before: this one is put there when this function first waits.
    await connection.preparing;
    await documents.turn(params.query, client.quota);
    const { ast: document, errors } = documents.get(params.query);
    if (!document || errors.length > 0) return errors;
    if (getOperationAST(document, params.operationName)?.operation === 'subscription') {
      const { maxSubscriptionsPerSocket } = backend.config.limits;
      if (connection.subscriptions.size >= maxSubscriptionsPerSocket) {
        backend.metrics.countRefusal('concurrency');
        return [tooManySubscriptions(maxSubscriptionsPerSocket)];
      }
      markAsSubscription(connection, operation);
    }
    return {
      schema,
      document,
      operationName: params.operationName,
      variableValues: params.variables,
      contextValue: contextOf(backend, client, await caller),
    };
  } catch (error) {
    return [maskError(error, backend)];
  }
}

const tooManySubscriptions = (limit: number): RequestError =>
  new RequestError(
    'LIMIT_EXCEEDED',
    `Too many subscriptions on this socket: the limit is ${limit}. End one first.`,
  );

/** Returns the sender of an operation. Some clients put their headers into each operation. */
const clientOf = (connection: Connection, params?: SubscribePayload): Client => ({
  authorization: authorizationIn(params?.extensions?.headers) ?? connection.authorization,
  headers: params?.extensions?.headers,
  address: connection.address,
  quota: connection.quota,
  transport: 'socket',
  isGone: () => connection.isAborted,
});

/** Returns the counterpart of the Authorization header. Some clients capitalize its name. */
function authorizationIn(headers: unknown): string | undefined {
  if (headers === undefined) return undefined;
  const { authorization, Authorization } = Object(headers);
  const value: unknown = authorization ?? Authorization;
  return typeof value === 'string' ? value : undefined;
}
