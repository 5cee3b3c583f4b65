import {
  type ExecutionArgs,
  type FieldNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  type SelectionNode,
  type VariableValues,
} from 'graphql';

/** The variables of an operation. */
export interface Variables {
  /** Whether they were needed so far, so that the cost may depend on them. */
  readonly used: boolean;
  argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): object;
  isSkipped(selection: SelectionNode): boolean;
}

export function variablesOf({
  schema,
  document,
  operationName,
  variableValues,
}: ExecutionArgs): Variables {
  let coerced: ReturnType<typeof getVariableValues> | undefined;
  /** Undefined for variables of wrong types: the execution will refuse the operation. */
  const values = () => {
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
    coerced ??= getVariableValues(schema, definitions, variableValues ?? {});
    return coerced.variableValues;
  };
  return {
    get used() {
      return coerced !== undefined;
    },
    argumentsOf(field, node) {
      const known = values();
      return known ? getArgumentValues(field, node, known) : {};
    },
    isSkipped(selection) {
      if (!selection.directives?.length) return false;
      const known = values();
      return known !== undefined && isSkipped(selection, known);
    },
  };
}

/** Whether @skip or @include leaves a selection out. */
export const isSkipped = (selection: SelectionNode, values: VariableValues): boolean =>
  getDirectiveValues(GraphQLSkipDirective, selection, values)?.if === true ||
  getDirectiveValues(GraphQLIncludeDirective, selection, values)?.if === false;
