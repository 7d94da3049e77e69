import { collectSubFields } from "@graphql-tools/utils";
import {
  type DirectiveNode,
  type FieldNode,
  type GraphQLResolveInfo,
  getNamedType,
  isObjectType,
  type OperationDefinitionNode,
  visit,
} from "graphql";

/** What a document asks for below one field. Fragments are merged, `@skip` and `@include` obeyed, aliases seen through. */
export interface Selection {
  /** The type that the fields are of; empty below a scalar and below what is not asked for. */
  readonly typeName: string;
  /** The names of the fields asked for, `__typename` left out. */
  readonly names: ReadonlySet<string>;
  /** True if the selection has a field outside `provided`. */
  selectsBeyond(provided: ReadonlySet<string>): boolean;
  /** The selection below the field `name`; empty when it is not asked for. */
  under(name: string): Selection;
}

/** A document with its variables' values. */
export type Executed = Pick<GraphQLResolveInfo, "schema" | "fragments" | "variableValues" | "operation">;

/** What is selected below the field that is being resolved; `typeName` chooses among the types that it may return. */
export function selectionOf(
  info: Executed & Pick<GraphQLResolveInfo, "fieldNodes" | "returnType">,
  typeName = getNamedType(info.returnType).name,
): Selection {
  return selectionBelow(info, typeName, info.fieldNodes);
}

const EMPTY: Selection = { typeName: "", names: new Set(), selectsBeyond: () => false, under: () => EMPTY };

/**
 * Below the first of a field's nodes, by type. Documents are kept parsed, so that what one asks for is found out once and not
 * for each row of each answer; one whose `@skip` or `@include` depends on variables asks for something else each time.
 */
const known = new WeakMap<FieldNode, Map<string, Known>>();

/** Fields that merge with others merge with other ones elsewhere: what is known is known of these together. */
interface Known {
  readonly nodes: readonly FieldNode[];
  readonly selection: Selection;
}

function selectionBelow(info: Executed, typeName: string, nodes: readonly FieldNode[]): Selection {
  const [first] = nodes;
  if (!first || isConditional(info)) return collect(info, typeName, nodes);
  const byType = known.get(first) ?? new Map<string, Known>();
  const found = byType.get(typeName);
  if (found?.nodes.length === nodes.length && found.nodes.every((node, i) => node === nodes[i])) return found.selection;
  const selection = collect(info, typeName, nodes);
  known.set(first, byType.set(typeName, { nodes, selection }));
  return selection;
}

function collect(info: Executed, typeName: string, nodes: readonly FieldNode[]): Selection {
  const type = info.schema.getType(typeName);
  if (!isObjectType(type)) return EMPTY;
  const variables = { coerced: info.variableValues, sources: {} };
  const { fields } = collectSubFields(info.schema, info.fragments, variables, type, [...nodes]);
  const selected = [...fields.values()].flat();
  const names = new Set(selected.map(({ name }) => name.value).filter((name) => name !== "__typename"));
  return {
    typeName,
    names,
    selectsBeyond: (provided) => [...names].some((name) => !provided.has(name)),
    under(name) {
      const field = type.getFields()[name];
      const below = selected.filter((node) => node.name.value === name);
      return field && below.length > 0 ? selectionBelow(info, getNamedType(field.type).name, below) : EMPTY;
    },
  };
}

const conditional = new WeakMap<OperationDefinitionNode, boolean>();

/** Whether anything in the document is only there for some values of its variables. */
function isConditional({ operation, fragments }: Executed): boolean {
  const knownToBe = conditional.get(operation);
  if (knownToBe !== undefined) return knownToBe;
  let isIt = false;
  const Directive = ({ name }: DirectiveNode): void => {
    isIt ||= name.value === "skip" || name.value === "include";
  };
  for (const definition of [operation, ...Object.values(fragments)]) visit(definition, { Directive });
  conditional.set(operation, isIt);
  return isIt;
}
