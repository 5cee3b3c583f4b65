import { type GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql';
import { shortened } from './address.ts';
import type { Backend } from './backend.ts';
import type { OperationArgs } from './context.ts';

/** Operation names are client-chosen: truncated to this many characters in the log. */
const MAX_LOGGED_NAME = 64;

/** Counts a subscription as open until the returned function is called. */
export function countOpen(
  { countSubscription }: Backend['metrics'],
  { document, operationName }: OperationArgs,
): () => void {
  const field = rootFieldOf(getOperationAST(document, operationName));
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
  { document, operationName, contextValue }: OperationArgs,
): (errors?: readonly GraphQLError[]) => void {
  const operation = getOperationAST(document, operationName);
  const kind = operation?.operation ?? 'unknown';
  const name = operation?.name?.value.slice(0, MAX_LOGGED_NAME);
  const start = performance.now();
  let isRecorded = false;
  return (errors = []) => {
    if (isRecorded) return;
    isRecorded = true;
    const codes = [
      ...errors.map(({ extensions }) => String(extensions?.code)),
      ...contextValue.refusals.map((refusal) => refusal.constructor.name),
    ];
    const ms = performance.now() - start;
    const field = rootFieldOf(operation);
    metrics.recordOperation(kind, field, codes[0] ?? 'ok', ms / 1_000);
    const { viewer, address } = contextValue.caller;
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

/** Names the root field of an operation. The schema bounds how many names there are. */
function rootFieldOf(operation: OperationDefinitionNode | null | undefined): string {
  const [selection, ...others] = operation?.selectionSet.selections ?? [];
  return selection?.kind === 'Field' && others.length === 0 ? selection.name.value : 'several';
}
