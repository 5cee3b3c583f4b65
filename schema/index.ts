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
import { lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { ApiError } from './errors.ts';

/** The whole API, executable. */
export const schema = builder.toSchema();

// An expected error is a regular answer: the log and the metrics could not tell it from a success.
for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
  const { resolve } = field;
  field.resolve = async (source, args, context: Context, info) => {
    const result = await resolve?.(source, args, context, info);
    if (isApiError(result)) context.refusals.push(result);
    return result;
  };
}

/** Pothos returns a proxy of the error, with another prototype but the same constructor. */
function isApiError(result: unknown): result is ApiError {
  return Object(result).constructor?.prototype instanceof ApiError;
}

/** The API as sorted SDL with every description, for reviews and clients. */
export const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
