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

/** Fields selected below one field. Fragments are merged, `@skip` and `@include` applied, aliases resolved. */
export interface Selection {
  /** Type of the fields; empty below a scalar and below an unselected field. */
  readonly typeName: string;
  /** Names of the selected fields, without `__typename`. */
  readonly names: ReadonlySet<string>;
  /** Returns true if the selection has a field outside `provided`. */
  selectsBeyond(provided: ReadonlySet<string>): boolean;
  /** Returns the selection below the field `name`; empty if the field is not selected. */
  under(name: string): Selection;
}

/** A document with the values of its variables. */
export type Executed = Pick<GraphQLResolveInfo, "schema" | "fragments" | "variableValues" | "operation">;

/** Returns the selection below the field being resolved; `typeName` chooses among its possible types. */
export function selectionOf(
  info: Executed & Pick<GraphQLResolveInfo, "fieldNodes" | "returnType">,
  typeName = getNamedType(info.returnType).name,
): Selection {
  return selectionBelow(info, typeName, info.fieldNodes);
}

const EMPTY: Selection = { typeName: "", names: new Set(), selectsBeyond: () => false, under: () => EMPTY };

/**
 * Cached selections by the first of a field's nodes, then by type. Parsed documents are cached, so a selection is
 * computed once, not for each row of each response. Documents with `@skip` or `@include` are excluded: their selections
 * can vary with the variables.
 */
const known = new WeakMap<FieldNode, Map<string, Known>>();

/** Cached selection of exactly these nodes together: the same field can merge with other fields elsewhere. */
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

/** Returns true if the document has `@skip` or `@include`, so that its selections can vary with the variables. */
function isConditional({ operation, fragments }: Executed): boolean {
  const knownToBe = conditional.get(operation);
  if (knownToBe !== undefined) return knownToBe;
  let hasConditions = false;
  const Directive = ({ name }: DirectiveNode): void => {
    hasConditions ||= name.value === "skip" || name.value === "include";
  };
  for (const definition of [operation, ...Object.values(fragments)]) visit(definition, { Directive });
  conditional.set(operation, hasConditions);
  return hasConditions;
}
