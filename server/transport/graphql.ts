import type { ServerResponse } from 'node:http';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import { schema } from '../../schema/index.ts';
import type { Backend } from './backend.ts';
import { type Client, contextOf } from './context.ts';
import type { DocumentCache } from './document-cache.ts';
import { maskError } from './errors.ts';
import { useOperations } from './operation.ts';
import { useRequestBody } from './request-body.ts';

/** GraphQL execution, shared by all transports. */
export type GraphQL = ReturnType<typeof graphql>;

/** How long an HTTP stream may take to send the error that says its session has ended. */
const SESSION_ENDED_TIMEOUT_MS = 1_000;

/** Builds GraphQL on a backend: limits, masking, and HTTP with server-sent events. */
export const graphql = (backend: Backend, documents: DocumentCache) =>
  createYoga<Client, Context>({
    schema,
    context: (client) => contextOf(backend, client),
    plugins: [
      useRequestBody(backend.config.limits),
      useOperations(backend, documents),
      useStreamCutOff(backend),
    ],
    maskedErrors: { maskError: (error) => maskError(error, backend) },
    parserAndValidationCache: documents,
    multipart: false,
    // request-body.ts limits the body; router.ts and routes.ts do the rest.
    maxRequestBodySize: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });

/**
 * Destroys an HTTP stream whose client has stopped reading, one second after its session ends, so
 * that nothing buffered is sent. Until it closes, the stream counts as a connected client. Sockets
 * have no `res` here: they close by themselves.
 */
function useStreamCutOff({ connected }: Backend): Plugin<Context & { res?: ServerResponse }> {
  return {
    onSubscribe({ args }) {
      const { caller, res } = args.contextValue;
      if (!caller.viewer || !res || res.closed) return;
      const attendance = connected.attend(caller.viewer);
      let timeout: NodeJS.Timeout | undefined;
      attendance.ended.addEventListener('abort', () => {
        timeout = setTimeout(() => res.destroy(), SESSION_ENDED_TIMEOUT_MS);
      });
      res.once('close', () => {
        clearTimeout(timeout);
        attendance[Symbol.dispose]();
      });
    },
  };
}
