import SchemaBuilder from '@pothos/core';
import complexityPlugin from '@pothos/plugin-complexity';
import errorsPlugin from '@pothos/plugin-errors';
import relayPlugin from '@pothos/plugin-relay';
import type { Context } from './context.ts';

/**
 * Collects the schema: every file of this folder adds its part. Fields are non-null unless they say
 * otherwise, as are arguments and inputs. A field's cost is 1, times the page's size inside a
 * connection.
 */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
  DefaultEdgesNullability: false;
  Scalars: { DateTime: { Input: never; Output: Date }; ID: { Input: string; Output: string } };
}>({
  plugins: [errorsPlugin, relayPlugin, complexityPlugin],
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
  errors: { directResult: true },
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: { nullable: false, description: 'The items of this page, in order.' },
    nodeFieldOptions: { nullable: false, description: 'The item.' },
    cursorFieldOptions: {
      description: "The item's cursor. Pass it as `after` to continue from here.",
    },
    pageInfoFieldOptions: { description: 'Whether there is more, and where to go on.' },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    hasNextPageFieldOptions: { description: 'There are more items after this page.' },
    hasPreviousPageFieldOptions: { description: 'There are items before this page.' },
    startCursorFieldOptions: {
      description: 'The cursor of the first item; null on an empty page.',
    },
    endCursorFieldOptions: {
      description: 'The cursor of the last item: give it as `after` for the next page.',
    },
  },
  // The limit is enforced in server/, before anything runs and on every transport; here only the
  // costs are told.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 1 },
});

builder.scalarType('DateTime', {
  description:
    'A moment in UTC with milliseconds, as RFC 3339 writes it: 2026-01-31T12:00:00.000Z.',
  serialize: (moment) => moment.toISOString(),
  parseValue: () => {
    throw new TypeError('DateTime is not taken as input.');
  },
});

builder.queryType({ description: 'Reads. Nothing changes by asking.' });
builder.mutationType({ description: 'Changes. Each is stored for good before it is answered.' });
builder.subscriptionType({
  description: 'What happens, as it happens, over WebSocket or server-sent events.',
});

/**
 * The cost of a field that checks or sets a password: two of them exceed `maxQueryCost`, so that
 * one operation cannot try a thousand passwords under a thousand aliases.
 */
export const passwordCost = ({ server }: Context): number =>
  Math.floor(server.limits.maxQueryCost / 2) + 1;
