import type { ArgBuilder, SchemaTypes } from '@pothos/core';
import type { Context, ForwardPage, Page } from './context.ts';
import { RequestError } from './errors.ts';

interface ForwardArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

interface PageArgs extends ForwardArgs {
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The default size of a page. */
const PAGE_SIZE = 20;

/** The arguments of a list that is paged forward. */
export const forwardArgs = <Types extends SchemaTypes>(arg: ArgBuilder<Types>) => ({
  first: arg.int({
    required: false,
    description: `Number of items to return. Defaults to ${PAGE_SIZE}; capped at \`maxPageSize\`.`,
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

/** Returns the cost of a page: its size times the cost of an item. */
export const pageCost = (args: PageArgs, { server }: Context) => ({
  field: 1,
  multiplier: Math.min(args.first ?? args.last ?? PAGE_SIZE, server.limits.maxPageSize),
});

/** Makes the cursor of an item of a list, and parses a cursor that a client sends. */
export interface Cursors<Item, Cursor> {
  of(item: Item): string;
  /** @throws {RequestError} BAD_USER_INPUT when it is not a cursor of this list. */
  parse(cursor: string): Cursor;
}

/** The largest position: positions are signed 32-bit integers, as is GraphQL's Int. */
const MAX_POSITION = 2 ** 31 - 1;

/**
 * The cursors of a list that is ordered by a position. The name of the list begins each, so that a
 * cursor of another list is refused.
 */
export const byPosition = <Item>(
  list: string,
  of: (item: Item) => number,
): Cursors<Item, number> => ({
  of: (item) => `${list}:${of(item)}`,
  parse(cursor) {
    const [, name, digits] = /^([a-z]+):(0|[1-9]\d{0,9})$/.exec(cursor) ?? [];
    if (name !== list || Number(digits) > MAX_POSITION) throw notACursor(cursor);
    return Number(digits);
  },
});

/**
 * The cursors of a list that is ordered by a text of this format. A prefix tells them from those of
 * another list with the same format.
 */
export const byText = <Item>(
  of: (item: Item) => string,
  format: RegExp,
  prefix = '',
): Cursors<Item, string> => ({
  of: (item) => prefix + of(item),
  parse(cursor) {
    const text = cursor.slice(prefix.length);
    if (!cursor.startsWith(prefix) || !format.test(text)) throw notACursor(cursor);
    return text;
  },
});

/** The format of the ids of messages and blocks. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const notACursor = (cursor: string): RequestError =>
  badInput(`${JSON.stringify(cursor.slice(0, 40))} is not a cursor of this list.`);

const badInput = (message: string): RequestError => new RequestError('BAD_USER_INPUT', message);

/** Reads a page of a list that is paged forward. */
export const forwardPage = <Item, Cursor>(
  args: ForwardArgs,
  context: Context,
  cursors: Cursors<Item, Cursor>,
  read: (page: ForwardPage<Cursor>) => Promise<readonly Item[]>,
) => page(args, context, cursors, ({ after, limit }) => read({ after, limit }));

/** Reads a page of a list that is paged from either end. */
export async function page<Item, Cursor>(
  { first, after, last, before }: PageArgs,
  { server }: Context,
  cursors: Cursors<Item, Cursor>,
  read: (page: Page<Cursor>) => Promise<readonly Item[]>,
) {
  if (first != null && last != null) throw badInput('Pass `first` or `last`, not both.');
  const wanted = first ?? last ?? PAGE_SIZE;
  if (wanted < 0) throw badInput('`first` and `last` must not be negative.');
  const size = Math.min(wanted, server.limits.maxPageSize);
  const backward = last != null;
  const items = await read({
    after: after == null ? null : cursors.parse(after),
    before: before == null ? null : cursors.parse(before),
    // One more than the page has shows whether more items follow.
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
