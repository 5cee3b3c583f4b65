import { minifyIntrospectionQuery } from '@urql/introspection';
import {
  introspectionFromSchema,
  isAbstractType,
  isIntrospectionType,
  isObjectType,
  lexicographicSortSchema,
} from 'graphql';
import { schema } from './index.ts';

const sorted = lexicographicSortSchema(schema);
const types = Object.values(sorted.getTypeMap()).filter((type) => !isIntrospectionType(type));
const roots = [sorted.getQueryType(), sorted.getMutationType(), sorted.getSubscriptionType()];

/** The members of each interface and union. */
const possibleTypes = Object.fromEntries(
  types
    .filter(isAbstractType)
    .map((type) => [type.name, sorted.getPossibleTypes(type).map(({ name }) => name)]),
);

/** The types without an id. A cache keeps them inside the thing that has them. */
const keyless = types
  .filter(isObjectType)
  .filter((type) => !type.getFields().id && !roots.includes(type))
  .map(({ name }) => name);

/** Everything that the normalizing cache of a client has to know about the schema, as JSON. */
export const cacheJson = `${JSON.stringify({
  possibleTypes,
  keyless,
  introspection: minifyIntrospectionQuery(introspectionFromSchema(sorted)),
})}\n`;
