import type { ServerResponse } from 'node:http';
import { type DocumentNode, GraphQLError } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import { schema } from '../../schema/index.ts';
import type { Backend } from './backend.ts';
import { type Client, callerOf, contextOf, type OperationArgs } from './context.ts';
import type { Documents } from './documents.ts';
import { maskError } from './errors.ts';
import type { Operations } from './operation.ts';
import { useRequestBody } from './request-body.ts';

/** GraphQL over HTTP. */
export type GraphQL = ReturnType<typeof graphql>;

/** What Yoga gets with a request: one property, since it copies each slowly, with its descriptor. */
interface ServerContext {
  readonly client: Client;
}

/** How long an HTTP stream may take to send the error that says its session has ended. */
const SESSION_ENDED_TIMEOUT_MS = 1_000;

/** Serves GraphQL over HTTP, with server-sent events for subscriptions. */
export const graphql = (backend: Backend, documents: Documents, operations: Operations) =>
  createYoga<ServerContext, Context>({
    schema,
    context: async ({ client }) => contextOf(backend, client, await callerOf(backend, client)),
    plugins: [
      useRequestBody(backend),
      useDocuments(documents),
      useOperations(operations),
      useStreamCutOff(backend),
    ],
    maskedErrors: { maskError: (error) => maskError(error, backend) },
    parserAndValidationCache: false,
    multipart: false,
    // request-body.ts limits the body; router.ts and routes.ts do the rest.
    maxRequestBodySize: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });

/** Takes prepared documents. */
function useDocuments(documents: Documents): Plugin<object, ServerContext> {
  const errorsOf = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    async onParams({ params, context }) {
      await documents.turn(params.query, context.client.quota);
    },
    onParse({ setParseFn }) {
      setParseFn((source) => {
        const { ast, errors } = documents.get(typeof source === 'string' ? source : source.body);
        if (!ast) throw copyOf(errors[0] as GraphQLError);
        errorsOf.set(ast, errors);
        return ast;
      });
    },
    onValidate({ params, setResult }) {
      setResult((errorsOf.get(params.documentAST) ?? []).map(copyOf));
    },
  };
}

/** Returns a copy of an error, since GraphQL Yoga adds the HTTP status to it. */
const copyOf = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, { ...error, extensions: { ...error.extensions } });

const useOperations = ({ execute, subscribe }: Operations): Plugin => ({
  onExecute({ setExecuteFn }) {
    setExecuteFn((args) => execute(args as OperationArgs));
  },
  onSubscribe({ setSubscribeFn }) {
    setSubscribeFn((args) => subscribe(args as OperationArgs));
  },
});

/**
 * Destroys an HTTP stream whose client has stopped reading, one second after its session ends, so
 * that nothing buffered is sent. Until it closes, the stream counts as a connected client.
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
