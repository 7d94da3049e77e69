import DataLoader from "dataloader";
import { UpstreamError } from "../feishu/errors.js";
import { type PlannedRead, planReads, type Source, tellsOf, toldFields } from "./sources.js";

/** Loads an entity with at least the fields that are asked for; `null` when there is none with that id. */
export interface PlannedLoader<Entity> {
  load(id: string, fields: ReadonlySet<string>): Promise<Entity | null>;
  /**
   * Offers what the read of another entity tells of this one. It serves wishes that ask for no more; when it turns out to
   * tell nothing, or fails, the entity is read after all.
   */
  offer(id: string, tells: ReadonlySet<string>, part: Promise<Entity | null>): void;
}

/** One wish: the same entity may be wished for in several places of one operation, with other fields each time. */
interface Wish {
  readonly id: string;
  readonly fields: ReadonlySet<string>;
}

/** What this operation has read, or is reading. */
interface Made<Entity> {
  readonly tells: ReadonlySet<string>;
  readonly entity: Promise<Entity | null>;
  readonly isOffered: boolean;
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
  const madeById = new Map<string, readonly Made<Entity>[]>();

  const readWhole = async (id: string, planned: PlannedRead<Name>): Promise<Entity | null> => {
    const entity = await read(id, planned);
    if (!entity || entity.id === id) return entity;
    throw new UpstreamError("UPSTREAM_CONTRACT", `Feishu answered with another ${name}`, null);
  };

  // Twenty rows of a page wish for the same fields.
  const plans = new WeakMap<ReadonlySet<string>, { wanted: readonly string[]; plan: readonly PlannedRead<Name>[] }>();
  const planOf = (fields: ReadonlySet<string>) => {
    const known = plans.get(fields) ?? { wanted: toldFields(fields, sources), plan: planReads(fields, sources) };
    plans.set(fields, known);
    return known;
  };

  const loadOne = async (id: string, fields: ReadonlySet<string>): Promise<Entity | null> => {
    const made = madeById.get(id) ?? [];
    const { wanted, plan: whole } = planOf(fields);
    const helpful = made.filter(({ tells }) => wanted.some((field) => tells.has(field)));
    const missing = wanted.filter((field) => !helpful.some(({ tells }) => tells.has(field)));
    // Who asks for nothing that a source tells wants to know that the entity is there: any read says so.
    const useful = wanted.length > 0 ? helpful : made.slice(0, 1);
    const isNew = missing.length === wanted.length;
    const isThere = useful.length > 0 && missing.length === 0;
    const plan = isThere ? [] : isNew ? whole : planReads(new Set(missing), sources);
    const more = plan.map((planned) => {
      const entity = readWhole(id, planned);
      // It may fail while an offer is still being waited for; it is waited for right after that.
      entity.catch(() => {});
      return { tells: tellsOf(sources, planned), entity, isOffered: false };
    });
    madeById.set(id, [...made, ...more]);
    const offers = useful.filter(({ isOffered }) => isOffered).map(({ entity }) => entity.catch(() => null));
    if ((await Promise.all(offers)).includes(null)) {
      madeById.set(
        id,
        [...made, ...more].filter(({ isOffered }) => !isOffered),
      );
      return loadOne(id, fields);
    }
    const parts = await Promise.all([...useful, ...more].map(({ entity }) => entity));
    if (parts.includes(null)) return null;
    // Nobody writes into an entity: what one read tells is given as it is.
    return parts.length === 1 ? (parts[0] ?? null) : Object.assign({}, ...parts);
  };

  // DataLoader awaits the batch, but not the promises in it: that is what lets every key settle alone.
  const startAll = async (wishes: readonly Wish[]) => {
    const fieldsById = new Map<string, ReadonlySet<string>>();
    for (const { id, fields } of wishes) {
      const others = fieldsById.get(id);
      fieldsById.set(id, others && others !== fields ? new Set([...others, ...fields]) : fields);
    }
    const entities = new Map([...fieldsById].map(([id, fields]) => [id, loadOne(id, fields)]));
    return wishes.map(({ id }) => entities.get(id)) as unknown as (Entity | null)[];
  };
  const wishes = new DataLoader<Wish, Entity | null>(startAll, { name, cache: false });
  return {
    load: (id, fields) => wishes.load({ id, fields }),
    offer: (id, tells, entity) => {
      madeById.set(id, [...(madeById.get(id) ?? []), { tells, entity, isOffered: true }]);
    },
  };
}
