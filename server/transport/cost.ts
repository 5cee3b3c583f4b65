import {
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isIntrospectionType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, type Document, type FieldGroup, fragmentsOf } from './collect-fields.ts';
import { INTROSPECTION_COST, introspectionLengths, type Lengths } from './introspection-cost.ts';
import { type Variables, variablesOf } from './operation-variables.ts';

/** The cost of the fields that an operation executes, and how deep they are nested. */
export interface OperationCost {
  readonly cost: number;
  readonly depth: number;
}

type Operation = Pick<
  ExecutionArgs,
  'schema' | 'document' | 'operationName' | 'variableValues' | 'contextValue'
>;

/**
 * Returns a function that computes the cost of an operation as it is executed. Fields with the same
 * response name count once, however many fragments select them; skipped fields do not count; where
 * a field has several possible types, the most expensive one counts. A field costs 1 unless the
 * schema says otherwise, and the fields of a list's items count once for each item.
 *
 * Introspection fields cost a quarter each, times the lengths of this schema's lists. Their depth
 * does not count: clients unwrap types nine times, and `ofType` ends by itself.
 */
export function operationCosts(schema: GraphQLSchema): (operation: Operation) => OperationCost {
  const lengths = introspectionLengths(schema);
  /** Costs that do not depend on variables, by document and operation name. */
  const fixed = new WeakMap<DocumentNode, Map<string, OperationCost>>();

  return (operation) => {
    const name = operation.operationName ?? '';
    const known = fixed.get(operation.document)?.get(name);
    if (known) return known;
    const variables = variablesOf(operation);
    const cost = costOf(schema, lengths, operation, variables);
    if (!variables.used) {
      fixed.set(operation.document, (fixed.get(operation.document) ?? new Map()).set(name, cost));
    }
    return cost;
  };
}

/** The calculation of one operation's cost. */
interface Calculation extends Document {
  readonly lengths: Lengths;
  readonly variables: Variables;
  readonly contextValue: unknown;
}

function costOf(
  schema: GraphQLSchema,
  lengths: Lengths,
  { document, operationName, contextValue }: Operation,
  variables: Variables,
): OperationCost {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return NOTHING;
  const fragments = fragmentsOf(document);
  const { isSkipped } = variables;
  const calculation = { schema, fragments, isSkipped, lengths, variables, contextValue };
  return costOfSelections(calculation, root, [operation.selectionSet]);
}

function costOfSelections(
  calculation: Calculation,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): OperationCost {
  let cost = 0;
  let depth = 0;
  for (const group of collectFields(calculation, type, sets).values()) {
    const field = costOfField(calculation, type, group);
    cost += field.cost;
    depth = Math.max(depth, field.depth);
  }
  return { cost, depth };
}

function costOfField(
  calculation: Calculation,
  parent: GraphQLObjectType,
  group: FieldGroup,
): OperationCost {
  const { schema } = calculation;
  const [node] = group;
  const field = schema.getField(parent, node.name.value);
  if (!field) return NOTHING;
  const { own, times } = priceOf(calculation, field, node);
  const type = getNamedType(field.type);
  const sets = group.flatMap(({ selectionSet }) => selectionSet ?? []);
  const possibleTypes = isAbstractType(type)
    ? schema.getPossibleTypes(type)
    : isObjectType(type)
      ? [type]
      : [];
  const below = possibleTypes
    .map((possible) => costOfSelections(calculation, possible, sets))
    .reduce(maximum, NOTHING);
  return {
    cost: own + times * below.cost,
    depth: isIntrospectionType(type) ? 1 : below.depth + 1,
  };
}

/** Returns a field's own cost, and how often the cost of its selections counts. */
function priceOf(
  { lengths, variables, contextValue }: Calculation,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): { own: number; times: number } {
  const length = lengths.get(field);
  if (length !== undefined) return { own: INTROSPECTION_COST, times: length };
  const { complexity = 1 }: { complexity?: Complexity } = field.extensions;
  const price =
    typeof complexity === 'function'
      ? complexity(variables.argumentsOf(field, node), contextValue)
      : complexity;
  if (typeof price === 'number') return { own: price, times: 1 };
  return { own: price.field ?? 1, times: Math.max(price.multiplier ?? 1, 0) };
}

/** A field's price as the schema declares it. */
type Price = number | { readonly field?: number; readonly multiplier?: number };
type Complexity = Price | ((args: object, context: unknown) => Price);

const NOTHING: OperationCost = { cost: 0, depth: 0 };

const maximum = (one: OperationCost, other: OperationCost): OperationCost => ({
  cost: Math.max(one.cost, other.cost),
  depth: Math.max(one.depth, other.depth),
});
