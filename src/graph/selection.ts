import { collectSubFields } from "@graphql-tools/utils";
import { type FieldNode, type GraphQLResolveInfo, getNamedType, isObjectType } from "graphql";

/** What a document asks for below one field. Fragments are merged, `@skip` and `@include` obeyed, aliases seen through. */
export interface Selection {
  /** Whether any field other than `names` (and `__typename`) is asked for. */
  asksBeyond(names: ReadonlySet<string>): boolean;
  /** The selection below the field `name`; empty when it is not asked for. */
  under(name: string): Selection;
}

/** What is selected below the field that is being resolved. */
export function selectionOf(info: GraphQLResolveInfo): Selection {
  return selectionBelow(info, getNamedType(info.returnType).name, info.fieldNodes);
}

const EMPTY: Selection = { asksBeyond: () => false, under: () => EMPTY };

function selectionBelow(info: GraphQLResolveInfo, typeName: string, nodes: readonly FieldNode[]): Selection {
  const type = info.schema.getType(typeName);
  if (!isObjectType(type)) return EMPTY;
  const variables = { coerced: info.variableValues, sources: {} };
  const { fields } = collectSubFields(info.schema, info.fragments, variables, type, [...nodes]);
  const selected = [...fields.values()].flat();
  return {
    asksBeyond: (names) => selected.some(({ name }) => name.value !== "__typename" && !names.has(name.value)),
    under(name) {
      const field = type.getFields()[name];
      const below = selected.filter((node) => node.name.value === name);
      return field && below.length > 0 ? selectionBelow(info, getNamedType(field.type).name, below) : EMPTY;
    },
  };
}
