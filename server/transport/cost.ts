import {
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * What an operation asks for: the cost of the fields that are executed, and how deep they are
 * nested.
 */
export interface Weight {
  readonly cost: number;
  readonly depth: number;
}

type Operation = Pick<
  ExecutionArgs,
  'schema' | 'document' | 'operationName' | 'variableValues' | 'contextValue'
>;

/**
 * A field that tells of the schema is in memory already, and takes a part of the time that another
 * takes.
 */
const INTROSPECTION_COST = 0.25;

/**
 * Weighs operations as they are executed: fields of the same name in one place count once, however
 * many fragments name them, those that are skipped do not count, and of the types that a field may
 * have, the dearest counts. A field costs 1 unless the schema says otherwise, and what is asked of
 * a list's items counts for each item.
 *
 * The schema's own fields count like others, a quarter each, with the lengths that its lists have.
 * How deep they are nested does not count: clients unwrap types nine times, and `ofType` ends by
 * itself.
 */
export function scales(schema: GraphQLSchema): (operation: Operation) => Weight {
  const lengths = introspectionLengths(schema);
  /** The weights that no variable changes, by document and operation. */
  const fixed = new WeakMap<DocumentNode, Map<string, Weight>>();

  return (operation) => {
    const name = operation.operationName ?? '';
    const known = fixed.get(operation.document)?.get(name);
    if (known) return known;
    const variables = variablesOf(operation);
    const weight = weigh(schema, lengths, operation, variables);
    if (!variables.read) {
      fixed.set(operation.document, (fixed.get(operation.document) ?? new Map()).set(name, weight));
    }
    return weight;
  };
}

/** The variables of an operation, and whether its weight depends on them. */
interface Variables {
  readonly read: boolean;
  argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): object;
  skips(selection: SelectionNode): boolean;
}

function variablesOf({ schema, document, operationName, variableValues }: Operation): Variables {
  let coerced: ReturnType<typeof getVariableValues> | undefined;
  const values = () => {
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
    coerced ??= getVariableValues(schema, definitions, variableValues ?? {});
    return coerced.variableValues;
  };
  return {
    get read() {
      return coerced !== undefined;
    },
    argumentsOf(field, node) {
      const known = values();
      // Variables of wrong types have no values: the operation is refused when it is to be
      // executed.
      return known ? getArgumentValues(field, node, known) : {};
    },
    skips(selection) {
      if (!selection.directives?.length) return false;
      const known = values();
      if (!known) return false;
      return (
        getDirectiveValues(GraphQLSkipDirective, selection, known)?.if === true ||
        getDirectiveValues(GraphQLIncludeDirective, selection, known)?.if === false
      );
    },
  };
}

function weigh(
  schema: GraphQLSchema,
  lengths: ReadonlyMap<GraphQLField<unknown, unknown>, number>,
  { document, operationName, contextValue }: Operation,
  variables: Variables,
): Weight {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return NOTHING;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }

  function ofSelections(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Weight {
    let cost = 0;
    let depth = 0;
    for (const nodes of merged(schema, type, sets, fragments, variables).values()) {
      const field = ofField(type, nodes);
      cost += field.cost;
      depth = Math.max(depth, field.depth);
    }
    return { cost, depth };
  }

  function ofField(parent: GraphQLObjectType, nodes: readonly [FieldNode, ...FieldNode[]]): Weight {
    const [node] = nodes;
    const field = schema.getField(parent, node.name.value);
    if (!field) return NOTHING;
    const { own, times } = price(field, node);
    const type = getNamedType(field.type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    let below = NOTHING;
    if (isAbstractType(type)) {
      for (const possible of schema.getPossibleTypes(type))
        below = dearer(below, ofSelections(possible, sets));
    } else if (isObjectType(type)) {
      below = ofSelections(type, sets);
    }
    return {
      cost: own + times * below.cost,
      depth: isIntrospectionType(type) ? 1 : below.depth + 1,
    };
  }

  /** The cost of a field itself, and how many times what is asked of its value counts. */
  function price(
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
  ): { own: number; times: number } {
    const length = lengths.get(field);
    if (length !== undefined) return { own: INTROSPECTION_COST, times: length };
    const { complexity = 1 } = field.extensions as { complexity?: Complexity };
    const cost =
      typeof complexity === 'function'
        ? complexity(variables.argumentsOf(field, node), contextValue)
        : complexity;
    if (typeof cost === 'number') return { own: cost, times: 1 };
    return { own: cost.field ?? 1, times: Math.max(cost.multiplier ?? 1, 0) };
  }

  return ofSelections(root, [operation.selectionSet]);
}

/** A field's cost as the schema declares it. */
type Cost = number | { readonly field?: number; readonly multiplier?: number };
type Complexity = Cost | ((args: object, context: unknown) => Cost);

const NOTHING: Weight = { cost: 0, depth: 0 };

const dearer = (one: Weight, other: Weight): Weight => ({
  cost: Math.max(one.cost, other.cost),
  depth: Math.max(one.depth, other.depth),
});

/**
 * The fields that are executed on an object, by the names under which they are answered, as
 * CollectFields of the GraphQL specification (6.3.2) finds them.
 */
function merged(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Variables,
): ReadonlyMap<string, [FieldNode, ...FieldNode[]]> {
  const fields = new Map<string, [FieldNode, ...FieldNode[]]>();
  const spread = new Set<string>();

  function add(selection: SelectionNode): void {
    if (variables.skips(selection)) return;
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      const same = fields.get(name);
      if (same) same.push(selection);
      else fields.set(name, [selection]);
      return;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (spread.has(selection.name.value)) return;
      spread.add(selection.name.value);
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (fragment && applies(schema, fragment.typeCondition?.name.value, type)) {
      fragment.selectionSet.selections.forEach(add);
    }
  }

  for (const { selections } of sets) selections.forEach(add);
  return fields;
}

function applies(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: GraphQLObjectType,
): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = schema.getType(condition);
  return isAbstractType(wanted) && schema.isSubType(wanted, type);
}

/**
 * How many items each field that tells of the schema has: of lists the average over all that have
 * it, else 1.
 */
function introspectionLengths(
  schema: GraphQLSchema,
): ReadonlyMap<GraphQLField<unknown, unknown>, number> {
  const types = Object.values(schema.getTypeMap());
  const composite = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = composite.flatMap((type) => Object.values(type.getFields()));
  const sum = (counts: readonly number[]): number =>
    counts.reduce((total, count) => total + count, 0);
  const perType = (counts: readonly number[]): number => sum(counts) / types.length;
  const lists: Record<string, number> = {
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
  const telling = composite.filter(isIntrospectionType);
  return new Map(
    telling.flatMap((type) =>
      Object.values(type.getFields()).map((field) => [
        field,
        lists[`${type.name}.${field.name}`] ?? 1,
      ]),
    ),
  );
}
