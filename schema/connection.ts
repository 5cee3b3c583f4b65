import type { ArgBuilder, SchemaTypes } from '@pothos/core';
import type { Context, Page } from './context.ts';
import { RequestError } from './model.ts';

interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** The arguments of a list that is read page by page, onward from a cursor. */
export const pageArgs = <Types extends SchemaTypes>(arg: ArgBuilder<Types>) => ({
  first: arg.int({
    required: false,
    description: 'How many at most: 20 unless told, and never more than `maxPageSize`.',
  }),
  after: arg.string({ required: false, description: 'The cursor of the last item of the page before.' }),
});

/** What a page costs: its size times what is asked of each item. */
export const pageCost = ({ first }: PageArgs, { server }: Context) => ({
  field: 1,
  multiplier: Math.min(first ?? 20, server.limits.maxPageSize),
});

/** Reads one page through a port, with a cursor made of each item and read back from what a client sends. */
export async function page<Item, Cursor>(
  { first, after }: PageArgs,
  { server }: Context,
  cursor: { readonly of: (item: Item) => string; readonly from: (cursor: string) => Cursor },
  read: (page: Page<Cursor>) => Promise<readonly Item[]>,
) {
  if (first && first < 0) throw new RequestError('BAD_USER_INPUT', '`first` must not be negative.');
  const size = Math.min(first ?? 20, server.limits.maxPageSize);
  // One more than asked for tells whether there is a next page.
  const items = await read({ after: after == null ? null : cursor.from(after), limit: size + 1 });
  const edges = items.slice(0, size).map((node) => ({ cursor: cursor.of(node), node }));
  return {
    edges,
    pageInfo: {
      hasPreviousPage: after != null,
      hasNextPage: items.length > size,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
