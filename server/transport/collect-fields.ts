import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The fields that are executed together, since they share a response name. */
export type FieldGroup = [FieldNode, ...FieldNode[]];

export interface Document {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Whether @skip or @include leaves a selection out. */
  isSkipped(selection: SelectionNode): boolean;
}

/** Returns the named fragments of a document. */
export const fragmentsOf = ({ definitions }: DocumentNode): Document['fragments'] =>
  new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );

/**
 * Returns the fields that are executed on an object, by response name: CollectFields of the GraphQL
 * specification (6.3.2).
 */
export function collectFields(
  { schema, fragments, isSkipped }: Document,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, FieldGroup> {
  const groups = new Map<string, FieldGroup>();
  const spreadNames = new Set<string>();

  function add(selection: SelectionNode): void {
    if (isSkipped(selection)) return;
    if (selection.kind === Kind.FIELD) {
      addField(groups, selection);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      addFragment(selection);
    } else if (!spreadNames.has(selection.name.value)) {
      spreadNames.add(selection.name.value);
      addFragment(fragments.get(selection.name.value));
    }
  }

  function addFragment(fragment: FragmentDefinitionNode | InlineFragmentNode | undefined): void {
    if (fragment && applies(schema, fragment.typeCondition?.name.value, type))
      fragment.selectionSet.selections.forEach(add);
  }

  for (const { selections } of sets) selections.forEach(add);
  return groups;
}

function addField(groups: Map<string, FieldGroup>, field: FieldNode): void {
  const name = (field.alias ?? field.name).value;
  const group = groups.get(name);
  if (group) group.push(field);
  else groups.set(name, [field]);
}

/** Whether a fragment on the type named `condition` applies to an object of `type`. */
function applies(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: GraphQLObjectType,
): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditionType = schema.getType(condition);
  return isAbstractType(conditionType) && schema.isSubType(conditionType, type);
}
