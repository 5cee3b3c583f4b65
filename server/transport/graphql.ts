import type { ServerResponse } from 'node:http';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import { schema } from '../../schema/index.ts';
import type { App } from '../app.ts';
import { contextOf, type Origin } from './context.ts';
import { maskError } from './errors.ts';
import { useJson } from './json.ts';
import { type DocumentCache, useOperations } from './operation.ts';

/** GraphQL as it is executed here, whichever transport brings an operation. */
export type GraphQL = ReturnType<typeof graphql>;

/** How long an HTTP stream may take to tell its reader that the session has ended. */
const LAST_WORDS_MS = 1_000;

/** Builds GraphQL over the app: limits, masking, and HTTP with server-sent events. */
export const graphql = (app: App, documents: DocumentCache) =>
  createYoga<Origin, Context>({
    schema,
    context: (origin) => contextOf(app, origin),
    plugins: [useJson(app.config.limits), useOperations(app, documents), useCutOff(app)],
    maskedErrors: { maskError: (error) => maskError(error, app.log) },
    parserAndValidationCache: documents,
    multipart: false,
    // The body is bounded where it is read, in json.ts; the others are answered in routes.ts.
    maxRequestBodySize: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });

/**
 * Cuts off an HTTP stream that does not end with its session, since whoever reads it has stopped:
 * what is left of it in buffers must not be sent any more. The stream counts as a client that is
 * there. Sockets see to this by themselves, and so bring no response.
 */
function useCutOff({ connected }: App): Plugin<Context & { res?: ServerResponse }> {
  return {
    onSubscribe({ args }) {
      const { caller, res } = args.contextValue;
      if (!caller.viewer || !res || res.closed) return;
      const attendance = connected.attend(caller.viewer);
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
