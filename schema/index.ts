import './error-types.ts';
import './account.ts';
import './session.ts';
import './message.ts';
import './conversation.ts';
import './receipt.ts';
import './presence.ts';
import './server-info.ts';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { ApiError } from './errors.ts';

/** The whole API, executable. */
export const schema = builder.toSchema();

/**
 * A refusal is an answer like others, and would be told from a success by nobody but its reader.
 */
for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
  const { resolve } = field;
  field.resolve = async (source, args, context: Context, info) => {
    const result = await resolve?.(source, args, context, info);
    // Pothos answers with a proxy of the error, which has another prototype and the same
    // constructor.
    if (result?.constructor?.prototype instanceof ApiError)
      context.refusals.push(result as ApiError);
    return result;
  };
}

/** The API as people review it and as clients get it: sorted SDL with every description. */
export const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
