import type { GraphQLResolveInfo } from "graphql";
import type { PlannedLoader } from "../loaders/planned-loader.js";
import { type Selection, selectionOf } from "./selection.js";

/** Fields that a task's row, or any other bare id, provides of its entities. Selecting only these costs no call. */
export const FIELDS_ON_ROW = {
  job: new Set(["id"]),
  talent: new Set(["id"]),
  application: new Set(["id", "jobId", "talentId", "job", "talent", "exams"]),
} as const satisfies Record<string, ReadonlySet<string>>;

/** Resolves a reference: to itself if it provides all selected fields, otherwise to the loaded entity. */
export function loadReference<Entity extends { readonly id: string }>(
  loader: PlannedLoader<Entity>,
  reference: Entity,
  provides: ReadonlySet<string>,
  info: GraphQLResolveInfo,
  fieldsOf: (selection: Selection) => ReadonlySet<string> = ({ names }) => names,
): Promise<Entity | null> | Entity {
  const selection = selectionOf(info);
  return selection.selectsBeyond(provides) ? loader.load(reference.id, fieldsOf(selection)) : reference;
}
