import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { ApiError } from '../../schema/errors.ts';
import type { Log } from '../log.ts';
import { isOutage } from '../store/errors.ts';

/** Codes that GraphQL Yoga sets on requests it cannot read, in the words of our contract. */
const YOGA_CODES: Record<string, string> = { REQUEST_ENTITY_TOO_LARGE: 'LIMIT_EXCEEDED' };
const OUR_CODES = [
  'UNAUTHENTICATED',
  'SESSION_ENDED',
  'BAD_USER_INPUT',
  'LIMIT_EXCEEDED',
  'UNAVAILABLE',
  'INTERNAL',
];

/**
 * Gives every error that is the request's fault its code: what has none of ours is a broken
 * request.
 */
export function withContractCode(error: GraphQLError): GraphQLError {
  const code = String(error.extensions.code);
  if (!OUR_CODES.includes(code)) error.extensions.code = YOGA_CODES[code] ?? 'BAD_USER_INPUT';
  return error;
}

/**
 * What the outside gets to see of an error. A broken request and a "no" keep their words; a fault
 * of ours is logged whole, with its stack, under an id, and only that id is told.
 */
export function maskError(error: unknown, log: Log): GraphQLError {
  const cause = rootCause(error);
  const { nodes, source, positions, path } =
    error instanceof GraphQLError ? error : ({} as Partial<GraphQLError>);
  const place = { nodes, source, positions, path };
  if (cause instanceof ApiError) {
    return new GraphQLError(cause.message, {
      ...place,
      extensions: { ...cause, code: cause.constructor.name },
    });
  }
  if (cause instanceof GraphQLError)
    return withContractCode(error instanceof GraphQLError ? error : cause);
  const id = randomUUID();
  log.error({ fault: id, path, err: cause }, 'fault');
  const [code, words] = isOutage(cause)
    ? ['UNAVAILABLE', 'The database does not answer just now. Try again.']
    : ['INTERNAL', 'Something went wrong in the server.'];
  return new GraphQLError(`${words} It is in the log as ${id}.`, {
    ...place,
    extensions: { code, id },
  });
}

/** Executors wrap what a resolver throws, to tell where; the innermost is what was thrown. */
function rootCause(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const inner = error.originalError ?? error.cause;
  return inner === undefined ? error : rootCause(inner);
}
