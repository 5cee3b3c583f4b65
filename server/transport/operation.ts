import type { ServerResponse } from 'node:http';
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  Lexer,
  NoSchemaIntrospectionCustomRule,
  Source,
  TokenKind,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Context } from '../../schema/context.ts';
import { RequestError } from '../../schema/errors.ts';
import { schema } from '../../schema/index.ts';
import type { Limits } from '../../schema/limits.ts';
import type { App } from '../app.ts';
import type { Origin } from './context.ts';
import { scales } from './cost.ts';
import { withContractCode } from './errors.ts';

/**
 * Documents are kept parsed up to this many characters in all: an AST takes some fifty times its
 * source, and a cache that is bounded by entries would let 300 large documents take hundreds of
 * megabytes.
 */
const CACHED_CHARACTERS = 500_000;
/** A client may name its operations as it likes, but not fill the log with it. */
const MAX_LOGGED_NAME = 64;

/** A query that costs this much takes one of the few places that its address has for such. */
const COSTLY = 250;

/** What an operation gets besides what its resolvers get. `res` is there over HTTP alone. */
export type Served = Context & Origin & { readonly res?: ServerResponse };

export type DocumentCache = ReturnType<typeof documentCache>;

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
 * Waits, before a document is parsed for the first time, for a turn of the address that sends it.
 */
export async function turnToParse(
  { documentCache, errorCache }: DocumentCache,
  query: unknown,
  { quota }: Origin,
) {
  if (typeof query !== 'string' || documentCache.has(query) || errorCache.has(query)) return;
  await quota.turn();
}

/**
 * What holds for every operation on every transport: it is bounded before anything of it runs, its
 * errors have codes, and one line in the log and one count in the metrics tell what came of it.
 */
export function useOperations(
  { config, log, metrics }: App,
  documents: DocumentCache,
): Plugin<Served> {
  const { limits } = config;
  const weigh = scales(schema);
  const rules: ValidationRule[] = [fewAliases(limits)];
  if (!config.introspection) rules.push(NoSchemaIntrospectionCustomRule);

  /** The error of an operation that asks for more than the limits allow. */
  function excess(cost: number, depth: number): RequestError | undefined {
    if (depth > limits.maxQueryDepth) return exceeded('depth', depth, limits.maxQueryDepth);
    if (cost > limits.maxQueryCost) return exceeded('cost', Math.ceil(cost), limits.maxQueryCost);
  }

  /** Begins the record of an operation; what is returned ends it. */
  function record({
    document,
    operationName,
    contextValue,
  }: ExecutionArgs & { contextValue: Served }) {
    const operation = getOperationAST(document, operationName);
    const kind = operation?.operation ?? 'unknown';
    const name = operation?.name?.value.slice(0, MAX_LOGGED_NAME);
    const start = performance.now();
    return (errors: readonly GraphQLError[] = []): void => {
      const codes = [
        ...errors.map(({ extensions }) => String(extensions?.code)),
        ...contextValue.refusals.map((refusal) => refusal.constructor.name),
      ];
      metrics.operations.inc({ kind, outcome: codes[0] ?? 'ok' });
      log.info(
        {
          kind,
          name,
          ms: Math.round(performance.now() - start),
          ...(codes.length > 0 && { codes }),
        },
        'operation',
      );
    };
  }

  return {
    async onParams({ params, context }) {
      await turnToParse(documents, params.query, context as unknown as Origin);
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
      const { gone, quota, res } = args.contextValue;
      const ended = record(args);
      const stop = (error: RequestError) => setResultAndStopExecution({ errors: [error] });
      const done = (leave?: () => void) => ({
        onExecuteDone({ result }: { result: object }) {
          leave?.();
          ended('errors' in result ? (result.errors as GraphQLError[]) : []);
        },
      });
      const { cost, depth } = weigh(args);
      const error = excess(cost, depth) ?? (gone() ? nobodyReads() : undefined);
      if (error) stop(error);
      if (error || cost < COSTLY || !isQuery(args)) return done();
      return quota.place().then((leave) => {
        if (gone()) stop(nobodyReads());
        if (!res || res.closed) return done(leave);
        // A whole answer stays in memory until its reader has taken it in.
        res.once('close', leave);
        return done();
      });
    },

    onSubscribe({ args, setResultAndStopExecution }) {
      const ended = record(args);
      const { cost, depth } = weigh(args);
      const tooMuch = excess(cost, depth);
      if (tooMuch) setResultAndStopExecution({ errors: [tooMuch] });
      return {
        onSubscribeResult({ result }) {
          if ('errors' in result) ended(result.errors);
          return { onEnd: () => ended() };
        },
      };
    },
  };
}

/**
 * Refuses a document that is too large before it is parsed. @throws {RequestError} LIMIT_EXCEEDED
 */
function checkSize(source: string | Source, { maxQueryBytes, maxQueryTokens }: Limits): void {
  const { body } = typeof source === 'string' ? { body: source } : source;
  const bytes = Buffer.byteLength(body);
  if (bytes > maxQueryBytes) throw exceeded('size in bytes', bytes, maxQueryBytes);
  if (hasMoreTokens(body, maxQueryTokens)) {
    throw new RequestError(
      'LIMIT_EXCEEDED',
      `This document has more than ${maxQueryTokens} tokens.`,
    );
  }
}

/**
 * Counts by itself, since graphql-js tells that a document has too many tokens by the words of a
 * syntax error alone.
 */
function hasMoreTokens(body: string, limit: number): boolean {
  const lexer = new Lexer(new Source(body));
  try {
    for (let count = 0; count <= limit; count += 1) {
      if (lexer.advance().kind === TokenKind.EOF) return false;
    }
    return true;
  } catch {
    // Something in it is no token: the parser says what.
    return false;
  }
}

/** Bounds how often one document asks for the same thing under other names. */
const fewAliases =
  ({ maxQueryAliases }: Limits): ValidationRule =>
  (context) => {
    let count = 0;
    return {
      Field({ alias }) {
        if (!alias) return;
        count += 1;
        if (count === maxQueryAliases + 1) {
          const message = `This document has more than ${maxQueryAliases} aliases.`;
          context.reportError(new RequestError('LIMIT_EXCEEDED', message));
        }
      },
    };
  };

const isQuery = ({ document, operationName }: ExecutionArgs): boolean =>
  getOperationAST(document, operationName)?.operation === 'query';

const exceeded = (what: string, actual: number, limit: number): RequestError =>
  new RequestError(
    'LIMIT_EXCEEDED',
    `The ${what} of this operation is ${actual}; the limit is ${limit}.`,
  );

const nobodyReads = (): RequestError =>
  new RequestError('LIMIT_EXCEEDED', 'Nobody reads the answers any more.');
