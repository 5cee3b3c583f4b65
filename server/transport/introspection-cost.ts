import {
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';

/** An introspection field reads memory and takes a quarter of the time that other fields take. */
export const INTROSPECTION_COST = 0.25;

export type Lengths = ReadonlyMap<GraphQLField<unknown, unknown>, number>;

/**
 * Returns how many items each introspection field has in a schema. For a list it is the average
 * over all objects that have the field; for other fields it is 1.
 */
export function introspectionLengths(schema: GraphQLSchema): Lengths {
  const lists = listLengths(schema);
  const introspectionTypes = compositeTypes(schema).filter(isIntrospectionType);
  return new Map(
    introspectionTypes.flatMap((type) =>
      Object.values(type.getFields()).map((field) => [
        field,
        lists[`${type.name}.${field.name}`] ?? 1,
      ]),
    ),
  );
}

function listLengths(schema: GraphQLSchema): Record<string, number> {
  const types = Object.values(schema.getTypeMap());
  const composite = compositeTypes(schema);
  const fields = composite.flatMap((type) => Object.values(type.getFields()));
  const perType = (counts: readonly number[]): number => sum(counts) / types.length;
  return {
    '__Schema.types': types.length,
    '__Schema.directives': schema.getDirectives().length,
    '__Type.fields': perType([fields.length]),
    '__Type.interfaces': perType(composite.map((type) => type.getInterfaces().length)),
    '__Type.possibleTypes': perType(
      types.filter(isAbstractType).map((type) => schema.getPossibleTypes(type).length),
    ),
    '__Type.enumValues': perType(types.filter(isEnumType).map((type) => type.getValues().length)),
    '__Type.inputFields': perType(
      types.filter(isInputObjectType).map((type) => Object.keys(type.getFields()).length),
    ),
    '__Field.args': sum(fields.map(({ args }) => args.length)) / fields.length,
    '__Directive.args': 1,
  };
}

const compositeTypes = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));

const sum = (counts: readonly number[]): number =>
  counts.reduce((total, count) => total + count, 0);
