import DataLoader from "dataloader";
import { UpstreamError } from "../feishu/errors.js";
import type { Told } from "../feishu/told.js";
import type { Plan, PlannedKind } from "./plan.js";
import type { PlannedRead } from "./sources.js";

/** Loads an entity with at least the fields that are asked for; `null` when there is none with that id. */
export interface PlannedLoader<Entity> {
  load(id: string, fields: ReadonlySet<string>): Promise<Entity | null>;
  /**
   * Offers what the read of another entity tells of this one. It serves wishes that ask for no more; when it turns out to
   * tell nothing, or fails, the entity is read after all.
   */
  offer(id: string, tells: ReadonlySet<string>, part: Promise<Told<Entity & { readonly id: string }> | null>): void;
}

/** One wish: the same entity may be wished for in several places of one operation, with other fields each time. */
interface Wish {
  readonly id: string;
  readonly fields: ReadonlySet<string>;
}

/** What this operation has read, or is reading. */
interface Made<Entity extends { readonly id: string }> {
  readonly tells: ReadonlySet<string>;
  readonly told: Promise<Told<Entity> | null>;
  readonly isOffered: boolean;
}

/**
 * A loader for entities that several endpoints tell of. Wishes of one tick for the same entity are planned together, and
 * what a read of this operation has told is not asked again: a later wish only pays for what is missing.
 */
export function createPlannedLoader<Entity extends { readonly id: string }, Name extends string>(
  { name, planOf }: PlannedKind<Name>,
  read: (id: string, planned: PlannedRead<Name>) => Promise<Told<Entity> | null>,
): PlannedLoader<Entity> {
  const madeById = new Map<string, readonly Made<Entity>[]>();
  const loads = new Map<string, { readonly fields: ReadonlySet<string>; readonly entity: Promise<Entity | null> }>();

  const pick = (told: Told<Entity>, id: string, { picked }: Plan<Name>): Entity => {
    if (told.id === id) return told.pick(picked);
    throw new UpstreamError("UPSTREAM_CONTRACT", `Feishu answered with another ${name}`, null);
  };

  const start = (id: string, reads: Plan<Name>["reads"]): readonly Made<Entity>[] =>
    reads.map((planned) => {
      const told = read(id, planned);
      // It may fail while an offer is still being waited for; it is waited for right after that.
      told.catch(() => {});
      return { tells: planned.tells, told, isOffered: false };
    });

  const loadOne = async (id: string, fields: ReadonlySet<string>): Promise<Entity | null> => {
    const made = madeById.get(id);
    const plan = planOf(fields);
    const [only, ...further] = plan.reads;
    if (!made && only && further.length === 0) {
      const told = read(id, only);
      madeById.set(id, [{ tells: only.tells, told, isOffered: false }]);
      const entity = await told;
      return entity && pick(entity, id, plan);
    }
    return loadFrom(made ?? [], id, fields, plan);
  };

  /** Of what this operation has read already, and the rest anew. */
  const loadFrom = async (
    made: readonly Made<Entity>[],
    id: string,
    fields: ReadonlySet<string>,
    plan: Plan<Name>,
  ): Promise<Entity | null> => {
    const { wanted } = plan;
    const helpful = made.filter(({ tells }) => wanted.some((field) => tells.has(field)));
    const missing = wanted.filter((field) => !helpful.some(({ tells }) => tells.has(field)));
    // Who asks for nothing that a source tells wants to know that the entity is there: any read says so.
    const useful = wanted.length > 0 ? helpful : made.slice(0, 1);
    const isNew = missing.length === wanted.length;
    const isThere = useful.length > 0 && missing.length === 0;
    const more = isThere ? [] : start(id, isNew ? plan.reads : planOf(new Set(missing)).reads);
    if (more.length > 0) madeById.set(id, [...made, ...more]);
    const offers = useful.filter(({ isOffered }) => isOffered);
    if (offers.length > 0 && (await allTold(offers)).includes(null)) {
      madeById.set(
        id,
        [...made, ...more].filter(({ isOffered }) => !isOffered),
      );
      return loadOne(id, fields);
    }
    const [first, ...others] = [...useful, ...more];
    const told = await first?.told;
    if (!told) return null;
    // Nobody writes into an entity: what one read tells is given as it is.
    if (others.length === 0) return pick(told, id, plan);
    const parts = [told, ...(await Promise.all(others.map((other) => other.told)))];
    return parts.includes(null) ? null : Object.assign({}, ...parts.map((part) => part && pick(part, id, plan)));
  };

  // DataLoader awaits the batch, but not the promises in it: that is what lets every key settle alone.
  const startAll = async (wishes: readonly Wish[]) => {
    const entities = new Map([...together(wishes)].map(([id, fields]) => [id, loadOne(id, fields)]));
    return wishes.map(({ id }) => entities.get(id)) as unknown as (Entity | null)[];
  };
  const wishes = new DataLoader<Wish, Entity | null>(startAll, { name, cache: false });
  return {
    load(id, fields) {
      // The rows of a page are looked up ahead of their resolvers, which then ask for the very same.
      const known = loads.get(id);
      if (known?.fields === fields) return known.entity;
      const entity = wishes.load({ id, fields });
      loads.set(id, { fields, entity });
      return entity;
    },
    offer: (id, tells, told) => {
      madeById.set(id, [...(madeById.get(id) ?? []), { tells, told, isOffered: true }]);
    },
  };
}

const allTold = <Entity extends { readonly id: string }>(
  offers: readonly Made<Entity>[],
): Promise<(Told<Entity> | null)[]> => Promise.all(offers.map(({ told }) => told.catch(() => null)));

/** What is wished for of each, by all who wish for it. */
function together(wishes: readonly Wish[]): ReadonlyMap<string, ReadonlySet<string>> {
  const fieldsById = new Map<string, ReadonlySet<string>>();
  for (const { id, fields } of wishes) {
    const others = fieldsById.get(id);
    fieldsById.set(id, others && others !== fields ? new Set([...others, ...fields]) : fields);
  }
  return fieldsById;
}
