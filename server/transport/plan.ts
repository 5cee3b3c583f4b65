import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  Kind,
  type OperationDefinitionNode,
  type VariableValues,
  visit,
} from 'graphql';
import { collectFields, type Document, type FieldGroup, fragmentsOf } from './collect-fields.ts';
import { isSkipped } from './operation-variables.ts';

/** What an operation executes. Worked out once for a document, and not for each execution. */
export interface Plan {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The fields of the root. */
  readonly fields: readonly PlannedField[];
}

/** A field to execute on objects of one type. */
export interface PlannedField {
  readonly parentType: GraphQLObjectType;
  readonly responseName: string;
  /** The places in the document that select it. */
  readonly nodes: FieldGroup;
  readonly definition: GraphQLField<unknown, unknown>;
  argumentsOf(variables: VariableValues): object;
  /** Returns the fields that are selected on an object of this type, which it returns. */
  fieldsOn(type: GraphQLObjectType): readonly PlannedField[];
}

/** What a plan is made of. */
interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variableValues: VariableValues;
}

const NO_VARIABLES: VariableValues = { sources: {}, coerced: {} };

const plans = new WeakMap<OperationDefinitionNode, Plan>();

/** Returns the plan of a valid operation. Only plans that hold for all variables are kept. */
export function planOf(operation: Operation): Plan {
  const known = plans.get(operation.operation);
  if (known) return known;
  if (dependsOnVariables(operation.document)) return newPlan(operation);
  // A plan that is kept must not keep the variables of one client, such as a text or a password.
  const plan = newPlan({ ...operation, variableValues: NO_VARIABLES });
  plans.set(operation.operation, plan);
  return plan;
}

function newPlan({ schema, document, operation, variableValues }: Operation): Plan {
  const fragments = fragmentsOf(document);
  const source: Document = {
    schema,
    fragments,
    isSkipped: (selection) => isSkipped(selection, variableValues),
  };
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`The schema has no ${operation.operation} type.`);
  return {
    operation,
    fragments: Object.fromEntries(fragments),
    fields: plannedFields(source, rootType, [operation]),
  };
}

/** Plans what these places in the document select on an object. */
function plannedFields(
  source: Document,
  parentType: GraphQLObjectType,
  places: readonly Pick<FieldGroup[0], 'selectionSet'>[],
): PlannedField[] {
  const sets = places.flatMap(({ selectionSet }) => selectionSet ?? []);
  const groups = [...collectFields(source, parentType, sets)];
  return groups.flatMap(([responseName, nodes]) => {
    const definition = source.schema.getField(parentType, nodes[0].name.value);
    return definition ? plannedField(source, { parentType, responseName, nodes, definition }) : [];
  });
}

function plannedField(
  source: Document,
  field: Pick<PlannedField, 'parentType' | 'responseName' | 'nodes' | 'definition'>,
): PlannedField {
  const { nodes, definition } = field;
  const byType = new Map<GraphQLObjectType, readonly PlannedField[]>();
  return {
    ...field,
    argumentsOf: argumentsOf(definition, nodes),
    fieldsOn(type) {
      const fields = byType.get(type) ?? plannedFields(source, type, nodes);
      byType.set(type, fields);
      return fields;
    },
  };
}

const NO_ARGUMENTS = Object.freeze({});

function argumentsOf(
  definition: PlannedField['definition'],
  [node]: FieldGroup,
): PlannedField['argumentsOf'] {
  return definition.args.length === 0
    ? () => NO_ARGUMENTS
    : (variables) => getArgumentValues(definition, node, variables);
}

/** Whether variables decide what a document selects: with @skip or @include. */
function dependsOnVariables(document: DocumentNode): boolean {
  let depends = false;
  visit(document, {
    Directive({ arguments: given }) {
      depends ||= given?.some(({ value }) => value.kind === Kind.VARIABLE) ?? false;
    },
  });
  return depends;
}
