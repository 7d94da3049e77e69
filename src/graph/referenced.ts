import type DataLoader from "dataloader";
import type { GraphQLResolveInfo } from "graphql";
import { selectionOf } from "./selection.js";

/**
 * What a reference leads to: the reference itself where it already holds all that the document asks for, at no call, and
 * otherwise the entity. `derived` names fields that are resolved from the reference's own.
 */
export function loadReferenced<Entity extends { id: string }>(
  loader: DataLoader<string, Entity | null>,
  reference: { id: string } & Partial<Entity>,
  info: GraphQLResolveInfo,
  derived: readonly string[] = [],
): Promise<Entity | null> | ({ id: string } & Partial<Entity>) {
  const known = new Set([...Object.keys(reference), ...derived]);
  return selectionOf(info).asksBeyond(known) ? loader.load(reference.id) : reference;
}
