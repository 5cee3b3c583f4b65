import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { ApiError } from '../../schema/errors.ts';
import type { Backend } from './backend.ts';

/** The contract's codes for those that GraphQL Yoga sets on requests it cannot read. */
const YOGA_CODES: Record<string, string> = { REQUEST_ENTITY_TOO_LARGE: 'LIMIT_EXCEEDED' };
const CONTRACT_CODES = [
  'UNAUTHENTICATED',
  'SESSION_ENDED',
  'BAD_USER_INPUT',
  'LIMIT_EXCEEDED',
  'UNAVAILABLE',
  'INTERNAL',
];

/** Gives an error that the request caused a code of the contract: BAD_USER_INPUT by default. */
export function withContractCode(error: GraphQLError): GraphQLError {
  const code = String(error.extensions.code);
  if (!CONTRACT_CODES.includes(code)) error.extensions.code = YOGA_CODES[code] ?? 'BAD_USER_INPUT';
  return error;
}

/**
 * Returns an error as clients may see it. Request errors and refusals keep their message. A fault
 * of the server is logged in full, with its stack, under an id, and clients see only that id.
 */
export function maskError(
  error: unknown,
  backend: Pick<Backend, 'log' | 'isOutage'>,
): GraphQLError {
  const cause = rootCause(error);
  if (cause instanceof ApiError) {
    const extensions = { ...cause, code: cause.constructor.name };
    return new GraphQLError(cause.message, { ...locationOf(error), extensions });
  }
  if (cause instanceof GraphQLError)
    return withContractCode(error instanceof GraphQLError ? error : cause);
  return maskFault(cause, locationOf(error), backend);
}

function maskFault(
  fault: unknown,
  location: Location,
  { log, isOutage }: Pick<Backend, 'log' | 'isOutage'>,
): GraphQLError {
  const id = randomUUID();
  log.error({ fault: id, path: location.path, err: fault }, 'fault');
  const [code, message] = isOutage(fault)
    ? ['UNAVAILABLE', 'The database is unavailable. Try again.']
    : ['INTERNAL', 'Something went wrong on the server.'];
  return new GraphQLError(`${message} (Error id: ${id})`, {
    ...location,
    extensions: { code, id },
  });
}

/** Where in a document and its answer an error occurred. */
type Location = Partial<Pick<GraphQLError, 'nodes' | 'source' | 'positions' | 'path'>>;

function locationOf(error: unknown): Location {
  if (!(error instanceof GraphQLError)) return {};
  const { nodes, source, positions, path } = error;
  return { nodes, source, positions, path };
}

/** Returns what a resolver threw. Executors wrap it, to add the location. */
function rootCause(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const inner = error.originalError ?? error.cause;
  return inner === undefined ? error : rootCause(inner);
}
