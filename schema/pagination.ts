import type { ArgBuilder, SchemaTypes } from '@pothos/core';
import type { Context, Page } from './context.ts';
import { RequestError } from './errors.ts';

interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

const DEFAULT_SIZE = 20;

/** The arguments of a list that is paged forward. */
export const forwardArgs = <Types extends SchemaTypes>(arg: ArgBuilder<Types>) => ({
  first: arg.int({
    required: false,
    description: `Number of items to return. Defaults to ${DEFAULT_SIZE}; capped at \`maxPageSize\`.`,
  }),
  after: arg.string({
    required: false,
    description: 'Return items after this cursor: the `endCursor` of the page you have.',
  }),
});

/** The arguments of a list that is paged from either end. */
export const pageArgs = <Types extends SchemaTypes>(arg: ArgBuilder<Types>) => ({
  ...forwardArgs(arg),
  last: arg.int({
    required: false,
    description: 'Number of items to return from the end, instead of `first`.',
  }),
  before: arg.string({
    required: false,
    description: 'Return items before this cursor: the `startCursor` of the page you have.',
  }),
});

/** The cost of a page: its size times the cost of an item. */
export const pageCost = (args: PageArgs, { server }: Context) => ({
  field: 1,
  multiplier: Math.min(args.first ?? args.last ?? DEFAULT_SIZE, server.limits.maxPageSize),
});

/** Makes the cursor of an item of a list, and parses a cursor that a client sends. */
export interface Cursors<Item, Cursor> {
  of(item: Item): string;
  from(cursor: string): Cursor;
}

/** Positions are counted in a signed 32-bit integer, as is GraphQL's Int. */
const MAX_POSITION = 2 ** 31 - 1;

/**
 * Cursors of a list that is ordered by a position. Parsing throws BAD_USER_INPUT for anything else.
 */
export const byPosition = <Item>(of: (item: Item) => number): Cursors<Item, number> => ({
  of: (item) => String(of(item)),
  from(cursor) {
    if (!/^(0|[1-9]\d{0,9})$/.test(cursor) || Number(cursor) > MAX_POSITION)
      throw notACursor(cursor);
    return Number(cursor);
  },
});

/**
 * Cursors of a list that is ordered by a text of this form. Parsing throws BAD_USER_INPUT for
 * anything else.
 */
export const byText = <Item>(of: (item: Item) => string, form: RegExp): Cursors<Item, string> => ({
  of,
  from(cursor) {
    if (!form.test(cursor)) throw notACursor(cursor);
    return cursor;
  },
});

const notACursor = (cursor: string): RequestError =>
  new RequestError(
    'BAD_USER_INPUT',
    `${JSON.stringify(cursor.slice(0, 40))} is not a cursor of this list.`,
  );

/** Reads one page through a port. */
export async function page<Item, Cursor>(
  { first, after, last, before }: PageArgs,
  { server }: Context,
  cursors: Cursors<Item, Cursor>,
  read: (page: Page<Cursor>) => Promise<readonly Item[]>,
) {
  if (first != null && last != null)
    throw new RequestError('BAD_USER_INPUT', 'Pass `first` or `last`, not both.');
  const wanted = first ?? last ?? DEFAULT_SIZE;
  if (wanted < 0)
    throw new RequestError('BAD_USER_INPUT', '`first` and `last` must not be negative.');
  const size = Math.min(wanted, server.limits.maxPageSize);
  const backward = last != null;
  const items = await read({
    after: after == null ? null : cursors.from(after),
    before: before == null ? null : cursors.from(before),
    // One more than asked for shows whether more follow.
    limit: size + 1,
    backward,
  });
  const nodes = items.slice(0, size);
  if (backward) nodes.reverse();
  const more = items.length > size;
  const edges = nodes.map((node) => ({ cursor: cursors.of(node), node }));
  return {
    edges,
    pageInfo: {
      hasPreviousPage: backward ? more : after != null,
      hasNextPage: backward ? before != null : more,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
