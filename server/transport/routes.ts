import type { IncomingMessage, ServerResponse } from 'node:http';
import { sdl } from '../../schema/index.ts';
import type { App } from '../app.ts';
import { clientAddress } from './address.ts';
import type { Origin } from './context.ts';
import { graphiql } from './graphiql.ts';
import type { GraphQL } from './graphql.ts';
import type { Quotas } from './quota.ts';
import { sendFile, staticFile } from './static-file.ts';
import { page } from './web-client.ts';

/** What is at a path. */
export interface Route {
  /** The methods that it answers, besides OPTIONS; without them it answers every one by itself. */
  readonly methods?: readonly string[];
  /** Whether pages of other origins may read it, as far as ALLOWED_ORIGINS says. */
  readonly shared?: boolean;
  answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> | void;
}

const READS = ['GET', 'HEAD'];

/**
 * Everything that the server answers over HTTP, by path. A path that ends in a slash stands for all
 * below it.
 */
export function routes(app: App, graphql: GraphQL, quotas: Quotas): ReadonlyMap<string, Route> {
  const web = page();
  const explorer = graphiql();
  const schema = staticFile('text/plain; charset=utf-8', Buffer.from(sdl));
  const originOf = (request: IncomingMessage, response: ServerResponse): Origin => {
    const address = clientAddress(request, app.config.proxyHops);
    const { authorization } = request.headers;
    return {
      authorization,
      address,
      quota: quotas.of(address),
      transport: 'http',
      gone: () => response.closed,
    };
  };

  return new Map<string, Route>([
    ['/', { methods: READS, answer: web.answer }],
    ['/assets/', { methods: READS, answer: web.answer }],
    [
      '/graphql',
      {
        shared: true,
        async answer(request, response) {
          if (app.config.graphiql && wantsPage(request)) return explorer.page(request, response);
          // What is asked with a token is for whoever holds it. A stream says for itself that it is
          // not to be kept.
          response.setHeader('cache-control', 'no-store');
          await graphql(request, response, originOf(request, response));
        },
      },
    ],
    [
      '/graphiql/',
      {
        methods: READS,
        async answer(request, response, path) {
          const name = path.slice('/graphiql/'.length);
          if (app.config.graphiql && (await explorer.file(request, response, name))) return;
          plain(response, 404, 'There is nothing here.\n');
        },
      },
    ],
    [
      '/schema.graphql',
      {
        methods: READS,
        shared: true,
        answer: async (request, response) =>
          sendFile(request, response, await schema, { 'cache-control': 'no-cache' }),
      },
    ],
    [
      '/healthz',
      { methods: READS, answer: (_request, response) => plain(response, 200, 'alive\n') },
    ],
    [
      '/readyz',
      {
        methods: READS,
        answer: async (_request, response) =>
          (await app.isReady())
            ? plain(response, 200, 'ready\n')
            : plain(response, 503, 'not ready\n'),
      },
    ],
    [
      '/metrics',
      {
        methods: READS,
        async answer(_request, response) {
          const { registry } = app.metrics;
          const text = await registry.metrics();
          plain(response.setHeader('content-type', registry.contentType), 200, text);
        },
      },
    ],
  ]);
}

/** Whether a browser wants something to show. */
const wantsPage = ({ method, headers }: IncomingMessage): boolean =>
  READS.includes(method ?? '') && (headers.accept ?? '').includes('text/html');

/** Answers with a text that is true at this moment. */
export function plain(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('content-type'))
    response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.statusCode = status;
  response.setHeader('cache-control', 'no-store').end(text);
}
