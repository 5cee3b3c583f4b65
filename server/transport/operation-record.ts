import { type GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql';
import { shortened } from './address.ts';
import type { Backend } from './backend.ts';
import type { OperationArgs } from './context.ts';

/** Operation names are client-chosen: truncated to this many characters in the log and the trace. */
const MAX_LOGGED_NAME = 64;

/** Counts a subscription as open until the returned function is called. */
export function countOpen(
  { countSubscription }: Backend['metrics'],
  args: OperationArgs,
): () => void {
  const { field } = described(args);
  let isOpen = true;
  countSubscription(field, 1);
  return () => {
    if (isOpen) countSubscription(field, -1);
    isOpen = false;
  };
}

/** Starts the record of an operation. The returned function logs and counts it, once. */
export function record(
  { log, metrics }: Backend,
  args: OperationArgs,
): (errors?: readonly GraphQLError[]) => void {
  const { kind, field, name } = described(args);
  const start = performance.now();
  let isRecorded = false;
  return (errors = []) => {
    if (isRecorded) return;
    isRecorded = true;
    const codes = codesOf(args, errors);
    const ms = performance.now() - start;
    metrics.recordOperation(kind, field, codes[0] ?? 'ok', ms / 1_000);
    if (!log.isLevelEnabled('info')) return;
    const { viewer, address } = args.contextValue.caller;
    log.info(
      {
        kind,
        field,
        name,
        account: viewer?.account.id,
        address: shortened(address),
        ms: Math.round(ms),
        ...(codes.length > 0 && { codes }),
      },
      'operation',
    );
  };
}

/** Describes an operation for the log, the metrics and the trace. */
export function described({ document, operationName }: OperationArgs) {
  const operation = getOperationAST(document, operationName);
  return {
    kind: operation?.operation ?? 'unknown',
    field: rootFieldOf(operation),
    name: operation?.name?.value.slice(0, MAX_LOGGED_NAME),
  };
}

/** Returns the codes of the errors of an operation, then the types of its refusals. */
export const codesOf = (
  { contextValue }: OperationArgs,
  errors: readonly GraphQLError[] = [],
): string[] => [
  ...errors.map(({ extensions }) => String(extensions?.code)),
  ...contextValue.refusals.map((refusal) => refusal.constructor.name),
];

/** Names the root field of an operation. The schema bounds how many names there are. */
function rootFieldOf(operation: OperationDefinitionNode | null | undefined): string {
  const [selection, ...others] = operation?.selectionSet.selections ?? [];
  return selection?.kind === 'Field' && others.length === 0 ? selection.name.value : 'several';
}
