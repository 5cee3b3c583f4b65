import type { ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Context } from '../schema/context.ts';
import { schema } from '../schema/index.ts';
import type { App } from './app.ts';
import { contextOf, type Origin } from './context.ts';
import { maskError } from './errors.ts';
import { TOUR } from './graphiql.ts';
import { documentCache, useOperations } from './operations.ts';

/** GraphQL as it is executed here, whichever transport brings an operation. */
export type GraphQL = ReturnType<typeof graphql>;

/** GraphiQL is 9 MB of script: it is loaded for the first who comes to see it. */
const graphiql = () => import('@graphql-yoga/render-graphiql');

/** How long an HTTP stream may take to tell its reader that the session has ended. */
const LAST_WORDS_MS = 1_000;

/** Builds GraphQL over the app: limits, masking, GraphiQL, and HTTP with server-sent events. */
export const graphql = (app: App) =>
  createYoga<Origin, Context>({
    schema,
    context: (origin) => contextOf(app, origin),
    plugins: [useJsonOnly(), useOperations(app), useCutOff(app)],
    maskedErrors: { maskError: (error) => maskError(error, app.log) },
    maxRequestBodySize: app.config.limits.maxRequestBytes,
    parserAndValidationCache: documentCache(),
    multipart: false,
    // Tokens travel in a header that a browser never adds by itself, so every origin may ask.
    cors: {
      origin: '*',
      credentials: false,
      methods: ['GET', 'POST'],
      allowedHeaders: ['authorization', 'content-type'],
    },
    logging: false,
    landingPage: false,
    graphiql: { title: 'Parley', subscriptionsProtocol: 'WS', defaultQuery: TOUR },
    renderGraphiQL: async (options) => (await graphiql()).renderGraphiQL(options),
  });

/**
 * Takes operations as JSON alone. A page of another origin can make a browser post a form or plain text without
 * asking; JSON it cannot.
 */
function useJsonOnly(): Plugin {
  return {
    onRequestParse({ request }) {
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type') ?? '';
      if (/^application\/(graphql\+)?json\b/i.test(type)) return;
      throw new GraphQLError('An operation is posted as application/json.', { extensions: { http: { status: 415 } } });
    },
  };
}

/**
 * Cuts off an HTTP stream that does not end with its session, since whoever reads it has stopped: what is left of
 * it in buffers must not be sent any more. The stream counts as a client that is there. Sockets see to this by
 * themselves, and so bring no response.
 */
function useCutOff({ leases }: App): Plugin<Context & { res?: ServerResponse }> {
  return {
    onSubscribe({ args }) {
      const { caller, res } = args.contextValue;
      if (!caller.viewer || !res || res.closed) return;
      const attendance = leases.attend(caller.viewer);
      let cutOff: NodeJS.Timeout | undefined;
      attendance.ended.addEventListener('abort', () => {
        cutOff = setTimeout(() => res.destroy(), LAST_WORDS_MS);
      });
      res.once('close', () => {
        clearTimeout(cutOff);
        attendance[Symbol.dispose]();
      });
    },
  };
}
