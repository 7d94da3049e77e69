import DataLoader from "dataloader";
import { UpstreamError } from "../feishu/errors.js";
import { type PlannedRead, planReads, type Source, tellsOf } from "./sources.js";

/** Loads an entity with at least the fields that are asked for; `null` when there is none with that id. */
export interface PlannedLoader<Entity> {
  load(id: string, fields: ReadonlySet<string>): Promise<Entity | null>;
}

/** One wish: the same entity may be wished for in several places of one operation, with other fields each time. */
interface Wish {
  readonly id: string;
  readonly fields: ReadonlySet<string>;
}

/** A read that this operation has made, or is making. */
interface Made<Name extends string, Entity> {
  readonly planned: PlannedRead<Name>;
  readonly entity: Promise<Entity | null>;
}

/**
 * A loader for entities that several endpoints tell of. Wishes of one tick for the same entity are planned together, and
 * what a read of this operation has told is not asked again: a later wish only pays for what is missing.
 */
export function createPlannedLoader<Entity extends { id: string }, Name extends string>(
  name: string,
  sources: readonly Source<Name>[],
  read: (id: string, planned: PlannedRead<Name>) => Promise<Entity | null>,
): PlannedLoader<Entity> {
  const madeById = new Map<string, Made<Name, Entity>[]>();

  const readWhole = async (id: string, planned: PlannedRead<Name>): Promise<Entity | null> => {
    const entity = await read(id, planned);
    if (!entity || entity.id === id) return entity;
    throw new UpstreamError("UPSTREAM_CONTRACT", `Feishu answered with another ${name}`, null);
  };

  const loadOne = async (id: string, fields: ReadonlySet<string>): Promise<Entity | null> => {
    const made = madeById.get(id) ?? [];
    const useful = made.filter(({ planned }) => [...fields].some((field) => tellsOf(sources, planned).has(field)));
    const missing = [...fields].filter((field) => !useful.some(({ planned }) => tellsOf(sources, planned).has(field)));
    const plan = useful.length > 0 && missing.length === 0 ? [] : planReads(new Set(missing), sources);
    const more = plan.map((planned) => ({ planned, entity: readWhole(id, planned) }));
    madeById.set(id, [...made, ...more]);
    const parts = await Promise.all([...useful, ...more].map(({ entity }) => entity));
    return parts.includes(null) ? null : Object.assign({}, ...parts);
  };

  // DataLoader awaits the batch, but not the promises in it: that is what lets every key settle alone.
  const startAll = async (wishes: readonly Wish[]) => {
    const fieldsById = new Map<string, Set<string>>();
    for (const { id, fields } of wishes) fieldsById.set(id, new Set([...(fieldsById.get(id) ?? []), ...fields]));
    const entities = new Map([...fieldsById].map(([id, fields]) => [id, loadOne(id, fields)]));
    return wishes.map(({ id }) => entities.get(id)) as unknown as (Entity | null)[];
  };
  const wishes = new DataLoader<Wish, Entity | null>(startAll, { name, cache: false });
  return { load: (id, fields) => wishes.load({ id, fields }) };
}
