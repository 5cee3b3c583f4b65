import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
  validateSubscriptionArgs,
} from 'graphql';
import { RequestError } from '../../schema/errors.ts';
import { schema } from '../../schema/index.ts';
import type { Backend } from './backend.ts';
import type { OperationArgs } from './context.ts';
import { type OperationCost, operationCosts } from './cost.ts';
import { maskError } from './errors.ts';
import { execute, executor } from './execute.ts';
import { excessOf } from './limits.ts';
import { countOpen, record } from './operation-record.ts';

/** A query of at least this cost needs one of its address's slots for expensive queries. */
const EXPENSIVE = 250;

/** The results of a subscription. */
export type Results = AsyncIterableIterator<ExecutionResult>;

/**
 * Runs the operations of every transport. Limits are checked before anything is executed, errors
 * are masked and have codes of the contract, and each operation is logged and counted.
 */
export interface Operations {
  execute(args: OperationArgs): Promise<ExecutionResult>;
  subscribe(args: OperationArgs): Promise<ExecutionResult | Results>;
}

export function operations(backend: Backend): Operations {
  const { limits } = backend.config;
  const costOf = operationCosts(schema);

  const mask = (error: unknown): GraphQLError => maskError(error, backend);
  const masked = (result: ExecutionResult): ExecutionResult =>
    result.errors ? { ...result, errors: result.errors.map(mask) } : result;

  function checkCost(cost: OperationCost): RequestError | undefined {
    const excess = excessOf(cost, limits);
    if (excess) backend.metrics.countRefusal('cost');
    return excess;
  }

  function executeWithinLimits(args: OperationArgs): ExecutionResult | Promise<ExecutionResult> {
    const cost = costOf(args);
    const excess = checkCost(cost);
    if (excess) return { errors: [excess] };
    if (args.contextValue.isGone()) return { errors: [clientGone()] };
    return cost.cost < EXPENSIVE || !isQuery(args) ? execute(args) : executeInSlot(args);
  }

  /** Yields the result of each event. Hand-written like the source: return() wakes a wait. */
  function resultsOf(
    executeEvent: ReturnType<typeof executor>,
    events: AsyncIterator<unknown>,
    finish: (errors?: readonly GraphQLError[]) => void,
  ): Results {
    return {
      async next() {
        try {
          const { done, value } = await events.next();
          if (done) {
            finish();
            return { done, value: undefined };
          }
          return { done: false, value: masked(await executeEvent(value)) };
        } catch (error) {
          const fault = mask(error);
          finish([fault]);
          throw fault;
        }
      },
      async return() {
        finish();
        await events.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return {
    async execute(args) {
      const finish = record(backend, args);
      const result = masked(await executeWithinLimits(args));
      finish(result.errors);
      return result;
    },

    async subscribe(args) {
      const finish = record(backend, args);
      const fail = (errors: readonly GraphQLError[]): ExecutionResult => {
        const result = masked({ errors });
        finish(result.errors);
        return result;
      };
      const excess = checkCost(costOf(args));
      if (excess) return fail([excess]);
      const validArgs = validateSubscriptionArgs(args);
      if (!('schema' in validArgs)) return fail(validArgs);
      const events = await createSourceEventStream(validArgs);
      if ('errors' in events) return fail(events.errors ?? []);
      const closed = countOpen(backend.metrics, args);
      return resultsOf(
        executor(validArgs),
        (events as AsyncIterable<unknown>)[Symbol.asyncIterator](),
        (errors) => {
          closed();
          finish(errors);
        },
      );
    },
  };
}

/** Executes an expensive query once there is a slot for it. */
async function executeInSlot(args: OperationArgs): Promise<ExecutionResult> {
  const release = await expensiveQuerySlot(args);
  try {
    return args.contextValue.isGone() ? { errors: [clientGone()] } : await execute(args);
  } finally {
    release?.();
  }
}

/**
 * Waits for a slot. Over HTTP it is released when the response closes, since a whole answer stays
 * in memory until its client has read it; otherwise the returned function releases it.
 */
async function expensiveQuerySlot({
  contextValue,
}: OperationArgs): Promise<(() => void) | undefined> {
  const { quota, res } = contextValue;
  const release = await quota.expensiveQuerySlot();
  if (!res || res.closed) return release;
  res.once('close', release);
}

const isQuery = ({ document, operationName }: ExecutionArgs): boolean =>
  getOperationAST(document, operationName)?.operation === 'query';

const clientGone = (): RequestError =>
  new RequestError('LIMIT_EXCEEDED', 'The client disconnected before this operation started.');
