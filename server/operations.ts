import { createComplexityRule } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { RequestError } from '../schema/model.ts';
import type { App } from './app.ts';
import { withCode } from './errors.ts';

/**
 * Documents are kept parsed up to this many characters in all: an AST takes some fifty times its source, and
 * a cache that is bounded by entries would let 300 large documents take hundreds of megabytes.
 */
const CACHED_CHARACTERS = 500_000;
/** A client may name its operations as it likes, but not fill the log with it. */
const MAX_LOGGED_NAME = 64;

/** Keeps parsed documents, and the errors of those that do not parse, by their source. */
export const documentCache = () => ({
  documentCache: new LRUCache<string, DocumentNode>({
    maxSize: CACHED_CHARACTERS,
    sizeCalculation: (_document, source) => source.length + 1,
  }),
  errorCache: new LRUCache<string, Error>({
    maxSize: CACHED_CHARACTERS,
    sizeCalculation: (_error, source) => source.length + 1,
  }),
});

/**
 * What holds for every operation on every transport: it is bounded before anything of it runs, its errors have
 * codes, and one line in the log and one count in the metrics tell what came of it.
 */
export function useOperations({ config, log, metrics }: App): Plugin {
  const { limits } = config;

  /** The errors of an operation that asks for more than the limits allow. */
  function overLimit({ schema, document, variableValues, operationName, contextValue }: ExecutionArgs) {
    const rule = createComplexityRule({
      context: contextValue as object,
      variableValues: variableValues ?? {},
      operationName: operationName ?? null,
      validate: ({ depth, complexity }, report) => {
        if (depth > limits.maxQueryDepth) report(exceeded('depth', depth, limits.maxQueryDepth));
        if (complexity > limits.maxQueryCost) report(exceeded('cost', complexity, limits.maxQueryCost));
      },
    });
    return validate(schema, document, [rule]);
  }

  /** Begins the record of an operation; what is returned ends it. */
  function record({ document, operationName }: ExecutionArgs): (errors?: readonly GraphQLError[]) => void {
    const operation = getOperationAST(document, operationName);
    const kind = operation?.operation ?? 'unknown';
    const name = operation?.name?.value.slice(0, MAX_LOGGED_NAME);
    const start = performance.now();
    return (errors = []) => {
      const codes = errors.map(({ extensions }) => String(extensions?.code));
      metrics.operations.inc({ kind, outcome: codes[0] ?? 'ok' });
      log.info(
        { kind, name, ms: Math.round(performance.now() - start), ...(codes.length > 0 && { codes }) },
        'operation',
      );
    };
  }

  return {
    onParse({ setParseFn, parseFn }) {
      setParseFn((source, options) => parseFn(source, { ...options, maxTokens: limits.maxQueryTokens }));
      return ({ result }) => {
        if (!(result instanceof GraphQLError)) return;
        // graphql-js tells this limit from a syntax error by the message alone.
        if (result.message.includes('token')) result.extensions.code = 'LIMIT_EXCEEDED';
        withCode(result);
      };
    },

    onValidate({ addValidationRule }) {
      if (!config.introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
      return ({ valid, result }) => {
        if (!valid) for (const error of result) withCode(error);
      };
    },

    onExecute({ args, setResultAndStopExecution }) {
      const ended = record(args);
      const errors = overLimit(args);
      if (errors.length > 0) setResultAndStopExecution({ errors: errors.map(withCode) });
      return {
        onExecuteDone: ({ result }) => ended('errors' in result ? result.errors : []),
      };
    },

    onSubscribe({ args, setResultAndStopExecution }) {
      const ended = record(args);
      const errors = overLimit(args);
      if (errors.length > 0) setResultAndStopExecution({ errors: errors.map(withCode) });
      return {
        onSubscribeResult({ result }) {
          if ('errors' in result) ended(result.errors);
          return { onEnd: () => ended() };
        },
      };
    },
  };
}

const exceeded = (what: string, actual: number, limit: number): RequestError =>
  new RequestError('LIMIT_EXCEEDED', `The ${what} of this operation is ${actual}; the limit is ${limit}.`);
