import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isRequiredArgument,
  isUnionType,
  OperationTypeNode,
} from 'graphql';

/**
 * An operation with the selection of a union that first comes to mind: each member with all of its
 * fields, and `... on Error { message }`, without aliases.
 */
export interface NaturalSelection {
  /** The root field that returns the union. */
  readonly field: string;
  readonly union: string;
  readonly document: string;
  /** For each member, every selected value as a TypeScript expression over `it`, the member. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Returns the natural selection of each root field that returns a union. */
export function naturalSelectionsOf(schema: GraphQLSchema): NaturalSelection[] {
  return Object.values(OperationTypeNode).flatMap((operation) =>
    Object.values(schema.getRootType(operation)?.getFields() ?? {}).flatMap(
      (field) => naturalSelection(operation, field) ?? [],
    ),
  );
}

function naturalSelection(
  operation: OperationTypeNode,
  { name, args, type }: GraphQLField<unknown, unknown>,
): NaturalSelection | undefined {
  const union = getNamedType(type);
  if (!isUnionType(union)) return undefined;
  const members = union.getTypes();
  const list = (parts: readonly string[]) => (parts.length > 0 ? `(${parts.join(', ')})` : '');
  const variables = list(args.map((arg) => `$${arg.name}: ${arg.type}`));
  const given = list(args.map((arg) => `${arg.name}: $${arg.name}`));
  const fragments = members.map((member) => `    ... on ${member.name} { ${selectionOf(member)} }`);
  const document = [
    `${operation} ${name}${variables} {`,
    `  ${name}${given} {`,
    '    __typename',
    ...fragments,
    '    ... on Error { message }',
    '  }',
    '}',
  ].join('\n');
  const values = Object.fromEntries(members.map((member) => [member.name, valuesOf(member)]));
  return { field: name, union: union.name, document, values };
}

/** All fields of a type that need no arguments, with those of the types below it. */
function selectionOf(type: GraphQLNamedType, depth = 1): string {
  return fieldsOf(type, depth)
    .map(({ name, type }) => {
      const inner = getNamedType(type);
      return isLeafType(inner) ? name : `${name} { __typename ${selectionOf(inner, depth - 1)} }`;
    })
    .join(' ');
}

function valuesOf(type: GraphQLNamedType, of = 'it', depth = 1): string[] {
  return fieldsOf(type, depth).flatMap(({ name, type }) => {
    const [value, inner] = [`${of}.${name}`, getNamedType(type)];
    if (isLeafType(inner)) return value;
    return valuesOf(inner, isListType(getNullableType(type)) ? `${value}?.[0]?` : `${value}?`, 0);
  });
}

function fieldsOf(type: GraphQLNamedType, depth: number): GraphQLField<unknown, unknown>[] {
  if (!('getFields' in type)) return [];
  return (Object.values(type.getFields()) as GraphQLField<unknown, unknown>[]).filter(
    ({ type, args }) =>
      (depth > 0 || isLeafType(getNamedType(type))) && !args.some(isRequiredArgument),
  );
}
