import './error-types.ts';
import './node.ts';
import './account.ts';
import './session.ts';
import './message.ts';
import './mailbox.ts';
import './search.ts';
import './conversation.ts';
import './receipt.ts';
import './presence.ts';
import './block.ts';
import './typing.ts';
import './server-info.ts';
import {
  defaultTypeResolver,
  type GraphQLUnionType,
  getNamedType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { ApiError } from './errors.ts';

/** The whole API, executable. */
export const schema = builder.toSchema();

// An expected error is a regular answer: the log and the metrics could not tell it from a success.
for (const union of mutationResults()) {
  const resolveType = union.resolveType ?? defaultTypeResolver;
  union.resolveType = (result, context: Context, info, abstractType) => {
    if (isApiError(result)) context.refusals.push(result);
    return resolveType(result, context, info, abstractType);
  };
}

/** Returns the unions of what mutations answer: a success or an expected error. */
function mutationResults(): Set<GraphQLUnionType> {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  return new Set(fields.map(({ type }) => getNamedType(type)).filter(isUnionType));
}

/** Pothos returns a proxy of the error, with another prototype but the same constructor. */
function isApiError(result: unknown): result is ApiError {
  return Object(result).constructor?.prototype instanceof ApiError;
}

/** The API as sorted SDL with every description, for reviews and clients. */
export const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
