import type { ServerResponse } from 'node:http';
import {
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/context.ts';
import { RequestError } from '../../schema/errors.ts';
import { schema } from '../../schema/index.ts';
import type { Backend } from './backend.ts';
import type { Client } from './context.ts';
import { operationCosts } from './cost.ts';
import { type DocumentCache, waitToParse } from './document-cache.ts';
import { withContractCode } from './errors.ts';
import { checkSize, excessOf, limitAliases } from './limits.ts';

/** Operation names are client-chosen: truncated to this many characters in the log. */
const MAX_LOGGED_NAME = 64;
/** A query of at least this cost needs one of its address's slots for expensive queries. */
const EXPENSIVE = 250;

/** The context of an operation: the resolvers' and the transport's. `res` exists only over HTTP. */
type OperationContext = Context & Client & { readonly res?: ServerResponse };
type Args = ExecutionArgs & { contextValue: OperationContext };

/**
 * Applies to every operation on every transport: limits are checked before anything is executed,
 * errors have codes of the contract, and each operation is logged and counted.
 */
export function useOperations(
  backend: Backend,
  documents: DocumentCache,
): Plugin<OperationContext> {
  const { limits, introspection } = backend.config;
  const costOf = operationCosts(schema);
  const rules: ValidationRule[] = [limitAliases(limits)];
  if (!introspection) rules.push(NoSchemaIntrospectionCustomRule);

  return {
    async onParams({ params, context }) {
      await waitToParse(documents, params.query, (context as unknown as Client).quota);
    },

    onParse({ setParseFn, parseFn }) {
      setParseFn((source, options) => {
        checkSize(source, limits);
        return parseFn(source, options);
      });
      return ({ result }) => {
        if (result instanceof GraphQLError) withContractCode(result);
      };
    },

    onValidate({ addValidationRule }) {
      rules.forEach(addValidationRule);
      return ({ valid, result }) => {
        if (!valid) for (const error of result) withContractCode(error);
      };
    },

    onExecute({ args, setResultAndStopExecution }) {
      const { isGone } = args.contextValue;
      const finish = record(backend, args);
      const refuse = (error: RequestError) => setResultAndStopExecution({ errors: [error] });
      const onDone = (release?: () => void) => ({
        onExecuteDone({ result }: { result: object }) {
          release?.();
          finish('errors' in result ? (result.errors as GraphQLError[]) : []);
        },
      });
      const cost = costOf(args);
      const error = excessOf(cost, limits) ?? (isGone() ? clientGone() : undefined);
      if (error) refuse(error);
      if (error || cost.cost < EXPENSIVE || !isQuery(args)) return onDone();
      return expensiveQuerySlot(args).then((release) => {
        if (isGone()) refuse(clientGone());
        return onDone(release);
      });
    },

    onSubscribe({ args, setResultAndStopExecution }) {
      const finish = record(backend, args);
      const error = excessOf(costOf(args), limits);
      if (error) setResultAndStopExecution({ errors: [error] });
      return {
        onSubscribeResult({ result }) {
          if ('errors' in result) finish(result.errors);
          return { onEnd: () => finish() };
        },
      };
    },
  };
}

/** Starts the record of an operation. The returned function logs and counts it. */
function record(
  { log, metrics }: Backend,
  { document, operationName, contextValue }: Args,
): (errors?: readonly GraphQLError[]) => void {
  const operation = getOperationAST(document, operationName);
  const kind = operation?.operation ?? 'unknown';
  const name = operation?.name?.value.slice(0, MAX_LOGGED_NAME);
  const start = performance.now();
  return (errors = []) => {
    const codes = [
      ...errors.map(({ extensions }) => String(extensions?.code)),
      ...contextValue.refusals.map((refusal) => refusal.constructor.name),
    ];
    const ms = Math.round(performance.now() - start);
    metrics.countOperation(kind, codes[0] ?? 'ok');
    log.info({ kind, name, ms, ...(codes.length > 0 && { codes }) }, 'operation');
  };
}

/**
 * Waits for a slot. Over HTTP it is released when the response closes, since a whole answer stays
 * in memory until its client has read it; otherwise the returned function releases it.
 */
async function expensiveQuerySlot({ contextValue }: Args): Promise<(() => void) | undefined> {
  const { quota, res } = contextValue;
  const release = await quota.expensiveQuerySlot();
  if (!res || res.closed) return release;
  res.once('close', release);
}

const isQuery = ({ document, operationName }: ExecutionArgs): boolean =>
  getOperationAST(document, operationName)?.operation === 'query';

const clientGone = (): RequestError =>
  new RequestError('LIMIT_EXCEEDED', 'The client disconnected before this operation started.');
