import './error-types.ts';
import './account.ts';
import './session.ts';
import './message.ts';
import './mailbox.ts';
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

// A refusal is a regular answer, so logs and metrics could not tell it from a success by themselves.
for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
  const { resolve } = field;
  field.resolve = async (source, args, context: Context, info) => {
    const result = await resolve?.(source, args, context, info);
    // Pothos returns a proxy of the error, with another prototype but the same constructor.
    if (result?.constructor?.prototype instanceof ApiError)
      context.refusals.push(result as ApiError);
    return result;
  };
}

/** The API as sorted SDL with every description, for reviews and clients. */
export const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
