import { collectSubFields } from "@graphql-tools/utils";
import { type FieldNode, type GraphQLResolveInfo, getNamedType, isObjectType } from "graphql";

/** What a document asks for below one field. Fragments are merged, `@skip` and `@include` obeyed, aliases seen through. */
export interface Selection {
  /** The type that the fields are of; empty below a scalar and below what is not asked for. */
  readonly typeName: string;
  /** The names of the fields asked for, `__typename` left out. */
  readonly names: ReadonlySet<string>;
  /** Whether any field other than `tells` is asked for. */
  asksBeyond(tells: ReadonlySet<string>): boolean;
  /** The selection below the field `name`; empty when it is not asked for. */
  under(name: string): Selection;
}

/** A document with its variables' values. */
export type Executed = Pick<GraphQLResolveInfo, "schema" | "fragments" | "variableValues">;

/** What is selected below the field that is being resolved; `typeName` chooses among the types that it may return. */
export function selectionOf(
  info: Executed & Pick<GraphQLResolveInfo, "fieldNodes" | "returnType">,
  typeName = getNamedType(info.returnType).name,
): Selection {
  return selectionBelow(info, typeName, info.fieldNodes);
}

const EMPTY: Selection = { typeName: "", names: new Set(), asksBeyond: () => false, under: () => EMPTY };

function selectionBelow(info: Executed, typeName: string, nodes: readonly FieldNode[]): Selection {
  const type = info.schema.getType(typeName);
  if (!isObjectType(type)) return EMPTY;
  const variables = { coerced: info.variableValues, sources: {} };
  const { fields } = collectSubFields(info.schema, info.fragments, variables, type, [...nodes]);
  const selected = [...fields.values()].flat();
  const names = new Set(selected.map(({ name }) => name.value).filter((name) => name !== "__typename"));
  return {
    typeName,
    names,
    asksBeyond: (tells) => [...names].some((name) => !tells.has(name)),
    under(name) {
      const field = type.getFields()[name];
      const below = selected.filter((node) => node.name.value === name);
      return field && below.length > 0 ? selectionBelow(info, getNamedType(field.type).name, below) : EMPTY;
    },
  };
}
