import type DataLoader from "dataloader";
import type { GraphQLResolveInfo } from "graphql";
import { selectionOf } from "./selection.js";

/** What a task's row, or any other bare id, already tells of the things it refers to: asking for no more costs no call. */
export const ROW_TELLS = {
  job: new Set(["id"]),
  talent: new Set(["id"]),
  application: new Set(["id", "jobId", "talentId", "job", "talent"]),
} as const satisfies Record<string, ReadonlySet<string>>;

/** What a reference leads to: the reference itself where it tells all that is asked for, and otherwise the entity. */
export function loadReferenced<Entity extends { id: string }>(
  loader: DataLoader<string, Entity | null>,
  reference: { id: string } & Partial<Entity>,
  tells: ReadonlySet<string>,
  info: GraphQLResolveInfo,
): Promise<Entity | null> | ({ id: string } & Partial<Entity>) {
  return selectionOf(info).asksBeyond(tells) ? loader.load(reference.id) : reference;
}
