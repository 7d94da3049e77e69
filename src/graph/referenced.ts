import type { GraphQLResolveInfo } from "graphql";
import type { PlannedLoader } from "../loaders/planned.js";
import { type Selection, selectionOf } from "./selection.js";

/** What a task's row, or any other bare id, already tells of the things it refers to: asking for no more costs no call. */
export const ROW_TELLS = {
  job: new Set(["id"]),
  talent: new Set(["id"]),
  application: new Set(["id", "jobId", "talentId", "job", "talent", "exams"]),
} as const satisfies Record<string, ReadonlySet<string>>;

/** What a reference leads to: the reference itself where it tells all that is asked for, and otherwise the entity. */
export function loadPlanned<Entity extends { readonly id: string }>(
  loader: PlannedLoader<Entity>,
  reference: Entity,
  tells: ReadonlySet<string>,
  info: GraphQLResolveInfo,
  fieldsOf: (selection: Selection) => ReadonlySet<string> = ({ names }) => names,
): Promise<Entity | null> | Entity {
  const selection = selectionOf(info);
  return selection.asksBeyond(tells) ? loader.load(reference.id, fieldsOf(selection)) : reference;
}
