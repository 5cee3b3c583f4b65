import type { IncomingMessage, ServerResponse } from 'node:http';
import { sdl } from '../../schema/index.ts';
import { clientAddress } from './address.ts';
import type { Backend } from './backend.ts';
import type { Client } from './context.ts';
import { graphiql } from './graphiql.ts';
import { GRAPHIQL_PATH } from './graphiql-page.ts';
import type { GraphQL } from './graphql.ts';
import type { Quotas } from './quota.ts';
import { sendFile, staticFile } from './static-file.ts';
import { webClient } from './web-client.ts';

/** What the server answers at one path. */
export interface Route {
  /** The methods allowed besides OPTIONS. Without it, `handle` gets all of them. */
  readonly methods?: readonly string[];
  /** Whether pages of the origins in ALLOWED_ORIGINS may read the answer. */
  readonly crossOrigin?: boolean;
  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> | void;
}

/** Routes by path. A path with a slash at its end stands for all paths below it. */
export type Routes = ReadonlyMap<string, Route>;

const READ_METHODS = ['GET', 'HEAD'];

/** Returns the routes of clients, and /metrics unless it has a port of its own. */
export function routes(backend: Backend, graphql: GraphQL, quotas: Quotas): Routes {
  const web: Route = { methods: READ_METHODS, handle: webClient().handle };
  return new Map([
    ['/', web],
    ['/assets/', web],
    ...graphqlRoutes(backend, graphql, quotas),
    ['/schema.graphql', schemaRoute()],
    ['/healthz', textRoute(() => [200, 'alive\n'])],
    [
      '/readyz',
      textRoute(async () => ((await backend.isReady()) ? [200, 'ready\n'] : [503, 'not ready\n'])),
    ],
    ...(backend.config.metricsPort === undefined ? metricsRoutes(backend) : []),
  ]);
}

/** Returns the routes of the port for /metrics. */
export const metricsRoutes = (backend: Backend): Routes =>
  new Map([['/metrics', metricsRoute(backend)]]);

/** The API, and GraphiQL for a browser that opens the same path. */
function graphqlRoutes(
  { config }: Backend,
  graphql: GraphQL,
  quotas: Quotas,
): [path: string, Route][] {
  const explorer = config.graphiql ? graphiql() : undefined;
  const api: Route = {
    crossOrigin: true,
    async handle(request, response) {
      if (explorer && wantsHtml(request)) return explorer.sendPage(request, response);
      // Answers to a token must not be cached. A stream sets its own header.
      response.setHeader('cache-control', 'no-store');
      const client = clientOf(request, response, config.proxyHops, quotas);
      await graphql(request, response, { client });
    },
  };
  const explorerFiles: Route = {
    methods: READ_METHODS,
    async handle(request, response, path) {
      const name = path.slice(GRAPHIQL_PATH.length);
      if (await explorer?.sendFile(request, response, name)) return;
      sendText(response, 404, 'Not found.\n');
    },
  };
  return [
    ['/graphql', api],
    [GRAPHIQL_PATH, explorerFiles],
  ];
}

function clientOf(
  request: IncomingMessage,
  response: ServerResponse,
  proxyHops: number,
  quotas: Quotas,
): Client {
  const address = clientAddress(request, proxyHops);
  return {
    authorization: request.headers.authorization,
    headers: request.headers,
    address,
    quota: quotas.of(address),
    transport: 'http',
    isGone: () => response.closed,
  };
}

function schemaRoute(): Route {
  const file = staticFile('text/plain; charset=utf-8', Buffer.from(sdl));
  return {
    methods: READ_METHODS,
    crossOrigin: true,
    handle: async (request, response) =>
      sendFile(request, response, await file, { 'cache-control': 'no-cache' }),
  };
}

type TextAnswer = [status: number, text: string];

const textRoute = (answer: () => TextAnswer | Promise<TextAnswer>): Route => ({
  methods: READ_METHODS,
  handle: async (_request, response) => sendText(response, ...(await answer())),
});

const metricsRoute = ({ metrics }: Backend): Route => ({
  methods: READ_METHODS,
  async handle(_request, response) {
    const text = await metrics.text();
    sendText(response.setHeader('content-type', metrics.contentType), 200, text);
  },
});

/** Whether a browser asks for a page. */
const wantsHtml = ({ method, headers }: IncomingMessage): boolean =>
  READ_METHODS.includes(method ?? '') && (headers.accept ?? '').includes('text/html');

/** Answers with a text that must not be cached; plain text unless the header says otherwise. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('content-type'))
    response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.statusCode = status;
  response.setHeader('cache-control', 'no-store').end(text);
}
