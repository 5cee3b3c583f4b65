import {
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isSpecifiedScalarType,
} from 'graphql';

/** Something that a client can name. */
export interface SchemaPart {
  readonly kind: 'type' | 'field' | 'argument' | 'input field' | 'enum value';
  readonly coordinate: string;
  readonly name: string;
  /** The type of a field or an argument. */
  readonly type?: GraphQLType;
  readonly description?: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
}

/** Returns the types of a schema that are not built into GraphQL. */
export function typesOf(schema: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
}

/** Lists every type of a schema, followed by its parts. */
export function partsOf(schema: GraphQLSchema): SchemaPart[] {
  return typesOf(schema).flatMap((type) => [part('type', type), ...partsWithin(type)]);
}

function partsWithin(type: GraphQLNamedType): SchemaPart[] {
  if (isEnumType(type)) return type.getValues().map((value) => part('enum value', value));
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => part('input field', field));
  if (!('getFields' in type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    part('field', field),
    ...field.args.map((argument) => part('argument', argument)),
  ]);
}

/** In graphql, the text of an element is its coordinate. */
const part = (kind: SchemaPart['kind'], element: Omit<SchemaPart, 'kind' | 'coordinate'>) => ({
  kind,
  coordinate: `${element}`,
  name: element.name,
  ...('type' in element && { type: element.type }),
  description: element.description,
  deprecationReason: element.deprecationReason,
});
