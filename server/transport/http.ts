import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Limits } from '../../schema/limits.ts';
import type { Backend } from './backend.ts';
import { maskError } from './errors.ts';
import type { Handler } from './router.ts';
import { sendText } from './routes.ts';

/** How long requests in progress may take when the server stops. */
const STOP_TIMEOUT_MS = 5_000;
/** Bytes of the request line and headers; above this Node answers 431. */
const MAX_HEADER_BYTES = 16_384;
/** How often Node checks for slow requests. With its default of 30 s, 10 s could become 40. */
const CHECK_TIMEOUTS_EVERY_MS = 1_000;

/**
 * Creates an HTTP server, which does not listen yet. Disposing of it answers the
 * requests in progress first.
 *
 * Node itself answers requests that are malformed (400), too slow (408) or have too many headers
 * (431), and handles the errors of every socket that it has not handed over.
 */
export function serveHttp(
  backend: Backend,
  answer: Handler,
): AsyncDisposable & { readonly server: Server } {
  const inProgress = new Set<ServerResponse>();
  const server = createServer(timeLimits(backend.config.limits), (request, response) => {
    inProgress.add(response);
    response.once('close', () => inProgress.delete(response));
    watchConnection(backend, request, response);
    answer(request, response).catch((fault) => {
      const { message } = maskError(fault, backend);
      if (response.headersSent) response.destroy();
      else sendText(response, 500, `${message}\n`);
    });
  });
  server.on('connect', (_request, stream) => refuseStream(stream, '405 Method Not Allowed'));
  return { server, [Symbol.asyncDispose]: () => stop(server, inProgress) };
}

/** Handles clients that disconnect or stop reading. */
function watchConnection(
  { log, config }: Backend,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // A disconnect is not a fault; the response's `close` event cleans up.
  request.on('error', (error) => log.debug({ err: error }, 'request'));
  response.on('error', (error) => log.debug({ err: error }, 'response'));
  // Gives up on a complete answer of which the client reads nothing for so long. A stream is
  // complete only at its end.
  response.once('prefinish', () => response.socket?.setTimeout(config.limits.bodySeconds * 1_000));
}

/** Answers a stream that Node has handed over. From then on its errors would end the process. */
export function refuseStream(stream: Duplex, status: string): void {
  stream.on('error', () => {});
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    stream.destroy(),
  );
}

/** Stops listening, ends streams, and closes once the other requests have been answered. */
async function stop(server: Server, inProgress: ReadonlySet<ServerResponse>): Promise<void> {
  server.close();
  const timeout = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT_MS);
  for (const response of inProgress) if (isStream(response)) response.destroy();
  await Promise.all(
    [...inProgress].map((response) => new Promise((resolve) => response.once('close', resolve))),
  );
  clearTimeout(timeout);
  server.closeAllConnections();
}

const timeLimits = ({ headerSeconds, bodySeconds, keepAliveSeconds }: Limits): ServerOptions => ({
  headersTimeout: headerSeconds * 1_000,
  requestTimeout: bodySeconds * 1_000,
  keepAliveTimeout: keepAliveSeconds * 1_000,
  connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  // A client that asks for another protocol, such as h2c, is answered in HTTP/1.1.
  shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
});

/** A stream: headers sent, not ended. Plain responses are written in one go. */
const isStream = (response: ServerResponse): boolean =>
  response.headersSent && !response.writableEnded;
