import {
  type DocumentNode,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { RequestError } from '../../schema/errors.ts';
import { schema } from '../../schema/index.ts';
import type { Metrics, RefusalReason, Settings } from './backend.ts';
import { withContractCode } from './errors.ts';
import { checkSize, limitAliases } from './limits.ts';
import type { Quota } from './quota.ts';

/**
 * Total characters of the sources whose documents stay prepared. A syntax tree takes some fifty
 * times its source, so a cache limited by entries could take hundreds of megabytes for 300 large
 * documents.
 */
const MAX_CACHED_CHARACTERS = 500_000;

/** A document, ready to be executed: parsed, and validated against the schema. */
export interface PreparedDocument {
  /** Undefined if the source does not parse. */
  readonly ast?: DocumentNode;
  readonly errors: readonly GraphQLError[];
  /** Why the document is refused, if it is. */
  readonly refusal?: RefusalReason | undefined;
}

/** Prepares each document once, however often it is executed. */
export interface Documents {
  /** Returns the document of a source, prepared now unless it was before. */
  get(source: string): PreparedDocument;
  /** Resolves in the sender's turn of the event loop, if a document has yet to be prepared. */
  turn(source: unknown, quota: Pick<Quota, 'nextTurn'>): Promise<void> | undefined;
}

export function documents(
  { limits, introspection }: Pick<Settings, 'limits' | 'introspection'>,
  { countRefusal }: Pick<Metrics, 'countRefusal'>,
): Documents {
  const rules: ValidationRule[] = [...specifiedRules, limitAliases(limits)];
  if (!introspection) rules.push(NoSchemaIntrospectionCustomRule);
  // Two caches, so that malformed documents do not displace the others.
  const parsed = cache();
  const malformed = cache();

  function prepare(source: string): PreparedDocument {
    try {
      checkSize(source, limits);
      const ast = parse(source);
      const errors = validate(schema, ast, rules).map(withContractCode);
      return remember(parsed, source, { ast, errors, refusal: errors[0] && 'validation' });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const refusal = error instanceof RequestError ? 'size' : 'parse';
      return remember(malformed, source, { errors: [withContractCode(error)], refusal });
    }
  }

  return {
    get(source) {
      const document = parsed.get(source) ?? malformed.get(source) ?? prepare(source);
      if (document.refusal) countRefusal(document.refusal);
      return document;
    },
    turn(source, { nextTurn }) {
      const isReady = typeof source !== 'string' || parsed.has(source) || malformed.has(source);
      return isReady ? undefined : nextTurn();
    },
  };
}

const cache = () =>
  new LRUCache<string, PreparedDocument>({
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: (_document, source) => source.length + 1,
  });

function remember(
  into: ReturnType<typeof cache>,
  source: string,
  document: PreparedDocument,
): PreparedDocument {
  into.set(source, document);
  return document;
}
