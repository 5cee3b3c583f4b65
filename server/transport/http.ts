import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { RequestError } from '../../schema/errors.ts';
import type { Limits } from '../../schema/limits.ts';
import type { App } from '../app.ts';
import { clientAddress } from './address.ts';
import { allowOrigin } from './cors.ts';
import { maskError } from './errors.ts';
import type { GraphQL } from './graphql.ts';
import type { Quota, Quotas } from './quota.ts';
import { plain, type Route, routes } from './routes.ts';

/** How long requests that have begun may take once the server is to stop. */
const LAST_ANSWERS_MS = 5_000;
/** Bytes of the first line and the headers of a request; past them Node answers 431. */
const MAX_HEADER_BYTES = 16_384;
/**
 * How often late requests are looked for. By itself Node does it every 30 s, and 10 s would be up
 * to 40.
 */
const CHECK_LATE_EVERY_MS = 1_000;

/**
 * HTTP on one port. It does not listen yet, and answers what it has begun before it is disposed of.
 *
 * Node itself answers what cannot be read (400), comes too slowly (408) or has too many headers
 * (431), and looks after the errors of every socket that it has not handed over.
 */
export function serveHttp(
  app: App,
  graphql: GraphQL,
  quotas: Quotas,
): AsyncDisposable & { readonly server: Server } {
  const known = routes(app, graphql, quotas);
  const answering = new Set<ServerResponse>();

  const server = createServer(timeLimits(app.config.limits), (request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    // A client that leaves in the middle is no fault, and what it leaves is cleared away when the
    // response closes.
    request.on('error', (error) => app.log.debug({ err: error }, 'request'));
    response.on('error', (error) => app.log.debug({ err: error }, 'response'));
    // An answer whose client takes nothing of it for so long is given up; a stream that goes on is
    // another matter.
    response.once('prefinish', () =>
      response.socket?.setTimeout(app.config.limits.bodySeconds * 1_000),
    );
    answer(request, response).catch((fault) => {
      const { message } = maskError(fault, app.log);
      if (response.headersSent) response.destroy();
      else plain(response, 500, `${message}\n`);
    });
  });
  server.on('connect', (_request, stream) => refuse(stream, '405 Method Not Allowed'));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = takePath(request);
    if (path === undefined || !isHost(request.headers.host)) {
      return plain(response, 400, 'The address of this request is malformed.\n');
    }
    response.setHeader('x-content-type-options', 'nosniff');
    const route = known.get(path) ?? known.get(path.slice(0, path.indexOf('/', 1) + 1));
    if (!route) return plain(response, 404, 'There is nothing here.\n');
    if (route.shared) allowOrigin(request, response, app.config);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { allow: allowed(route) }).end();
    } else if (route.methods?.includes(request.method ?? '') === false) {
      response.setHeader('allow', allowed(route));
      plain(response, 405, `This can be asked for with ${route.methods.join(' or ')}.\n`);
    } else if (admits(quotas.of(clientAddress(request, app.config.proxyHops)), response)) {
      await route.answer(request, response, path);
    }
  }

  return {
    server,
    async [Symbol.asyncDispose]() {
      server.close();
      const cutOff = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
      for (const response of answering) if (isStream(response)) response.destroy();
      await Promise.all(
        [...answering].map((response) => new Promise((resolve) => response.once('close', resolve))),
      );
      clearTimeout(cutOff);
      server.closeAllConnections();
    },
  };
}

/**
 * Counts a request until it is answered. One too many of its address is answered here, and false.
 */
function admits({ rate, begin, end }: Quota, response: ServerResponse): boolean {
  const wait = rate.wait();
  try {
    if (wait > 0)
      throw new RequestError('LIMIT_EXCEEDED', 'This address sends requests too quickly.');
    begin();
    rate.take();
    response.once('close', end);
    return true;
  } catch (error) {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('retry-after', Math.max(1, Math.ceil(wait / 1_000)));
    plain(response, 429, JSON.stringify({ errors: [error] }));
    return false;
  }
}

/**
 * Answers a stream that Node has handed over, and so looks after no longer: a reset would end the
 * process.
 */
export function refuse(stream: Duplex, status: string): void {
  stream.on('error', () => {});
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    stream.destroy(),
  );
}

const timeLimits = ({ headerSeconds, bodySeconds, keepAliveSeconds }: Limits): ServerOptions => ({
  headersTimeout: headerSeconds * 1_000,
  requestTimeout: bodySeconds * 1_000,
  keepAliveTimeout: keepAliveSeconds * 1_000,
  connectionsCheckingInterval: CHECK_LATE_EVERY_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  // Anything else that a client would rather speak, such as h2c, is answered in HTTP/1.1.
  shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
});

/**
 * The path that a request is for, to the letter: nothing in it is decoded or resolved. Undefined
 * when its target is no path, as in `OPTIONS *`. An address in full (RFC 9112, section 3.2.2)
 * becomes its path in the request too.
 */
function takePath(request: IncomingMessage): string | undefined {
  const [, path, rest = ''] =
    /^(?:https?:\/\/[^/?#]*)?(\/[^?#]*)(.*)$/is.exec(request.url ?? '') ?? [];
  if (path !== undefined) request.url = path + rest;
  return path;
}

/** Whether this can be the host of an address. HTTP/1.0 has none. */
const isHost = (host = 'localhost'): boolean =>
  URL.canParse(`http://${host}`) && !/[/?#@\\]/.test(host);

const allowed = ({ methods = ['GET', 'POST'] }: Route): string =>
  [...methods, 'OPTIONS'].join(', ');

/**
 * An answer is written in one go; of a stream the head has been sent, and the end is not in sight.
 */
const isStream = (response: ServerResponse): boolean =>
  response.headersSent && !response.writableEnded;
