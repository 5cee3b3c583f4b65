import SchemaBuilder from '@pothos/core';
import complexityPlugin from '@pothos/plugin-complexity';
import errorsPlugin from '@pothos/plugin-errors';
import relayPlugin from '@pothos/plugin-relay';
import type { Context } from './context.ts';
import { isoTime } from './iso-time.ts';

/**
 * Collects the schema, to which every file of this folder adds its part. Fields, arguments and
 * inputs are non-null unless they say otherwise. A field costs 1, times the page size inside a
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
    edgesFieldOptions: { nullable: false, description: 'The items of the page, in order.' },
    nodeFieldOptions: { nullable: false, description: 'The item.' },
    cursorFieldOptions: {
      description: "The item's cursor. Pass it as `after` to continue from here.",
    },
    pageInfoFieldOptions: {
      description: 'Whether there are more pages, and the cursors to continue from.',
    },
    pageInfoTypeOptions: { description: 'Information about a page.' },
    hasNextPageFieldOptions: { description: 'Whether more items follow.' },
    hasPreviousPageFieldOptions: { description: 'Whether items precede this page.' },
    startCursorFieldOptions: {
      description: 'The cursor of the first item; null on an empty page.',
    },
    endCursorFieldOptions: {
      description:
        'The cursor of the last item; null on an empty page. Pass it as `after` to get the ' +
        'next page.',
    },
  },
  // Only declares the costs. server/transport/ enforces the limit before an operation runs.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 1 },
});

builder.scalarType('DateTime', {
  description:
    'A time in UTC with milliseconds, in the format of RFC 3339: 2026-01-31T12:00:00.000Z.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize: (moment) => isoTime(moment.getTime()),
  parseValue: () => {
    throw new TypeError('DateTime cannot be used as input.');
  },
});

builder.queryType({ description: 'Queries: read-only.' });
builder.mutationType({ description: 'Changes. Each is durable before it is answered.' });
builder.subscriptionType({
  description: 'Events as they happen, over WebSocket or server-sent events.',
});

/**
 * The cost of a field that checks or sets a password: two of them exceed `maxQueryCost`, so that
 * one operation cannot try a thousand passwords under a thousand aliases.
 */
export const passwordCost = ({ server }: Context): number =>
  Math.floor(server.limits.maxQueryCost / 2) + 1;
