import DataLoader from "dataloader";
import type { EntityView } from "../feishu/decode/lazy-entity.js";
import { UpstreamError } from "../feishu/errors.js";
import type { EntityPlan, PlannedRead, ReadPlan } from "./read-plan.js";

/** Loader of entities with at least the selected fields; `null` when no entity has the id. */
export interface PlannedLoader<Entity> {
  load(id: string, fields: ReadonlySet<string>): Promise<Entity | null>;
  /**
   * Offers the part of an entity that the read of another entity provides. It serves selected fields within `provides`.
   * If the part turns out to be absent or fails, the entity is read after all.
   */
  offer(
    id: string,
    provides: ReadonlySet<string>,
    part: Promise<EntityView<Entity & { readonly id: string }> | null>,
  ): void;
}

/** Fields requested of an entity. One operation may select an entity in several places, with other fields each time. */
interface FieldRequest {
  readonly id: string;
  readonly fields: ReadonlySet<string>;
}

/** A read of this operation, finished or in flight. */
interface StartedRead<Entity extends { readonly id: string }> {
  readonly provides: ReadonlySet<string>;
  readonly view: Promise<EntityView<Entity> | null>;
  readonly isOffered: boolean;
}

/**
 * Creates a loader for entities that several endpoints provide. Requests for the same entity in one tick are planned
 * together. Fields that this operation has read are not read again: a later request costs only the missing ones.
 */
export function createPlannedLoader<Entity extends { readonly id: string }, Name extends string>(
  { name, planOf }: EntityPlan<Name>,
  read: (id: string, planned: PlannedRead<Name>) => Promise<EntityView<Entity> | null>,
): PlannedLoader<Entity> {
  const startedById = new Map<string, readonly StartedRead<Entity>[]>();
  const loads = new Map<string, { readonly fields: ReadonlySet<string>; readonly entity: Promise<Entity | null> }>();

  const pick = (view: EntityView<Entity>, id: string, { decoded }: ReadPlan<Name>): Entity => {
    if (view.id === id) return view.pick(decoded);
    throw new UpstreamError("UPSTREAM_CONTRACT", `Feishu returned another ${name} than the requested one`, null);
  };

  const start = (id: string, reads: ReadPlan<Name>["reads"]): readonly StartedRead<Entity>[] =>
    reads.map((planned) => {
      const view = read(id, planned);
      // The read may fail while an offer is still awaited; its result is awaited right after.
      view.catch(() => {});
      return { provides: planned.provides, view, isOffered: false };
    });

  const loadOne = (id: string, fields: ReadonlySet<string>): Promise<Entity | null> => {
    const started = startedById.get(id);
    const plan = planOf(fields);
    const [only, ...further] = plan.reads;
    if (started || !only || further.length > 0) return loadFrom(started ?? [], id, fields, plan);
    const view = read(id, only);
    startedById.set(id, [{ provides: only.provides, view, isOffered: false }]);
    return view.then((found) => found && pick(found, id, plan));
  };

  /** Reuses the reads of this operation and starts reads for the missing fields. */
  const loadFrom = async (
    started: readonly StartedRead<Entity>[],
    id: string,
    fields: ReadonlySet<string>,
    plan: ReadPlan<Name>,
  ): Promise<Entity | null> => {
    const { provided } = plan;
    const helpful = started.filter(({ provides }) => provided.some((field) => provides.has(field)));
    const missing = provided.filter((field) => !helpful.some(({ provides }) => provides.has(field)));
    // A selection without any source needs only the entity's existence, which any read confirms.
    const useful = provided.length > 0 ? helpful : started.slice(0, 1);
    const isNew = missing.length === provided.length;
    const isComplete = useful.length > 0 && missing.length === 0;
    const more = isComplete ? [] : start(id, isNew ? plan.reads : planOf(new Set(missing)).reads);
    if (more.length > 0) startedById.set(id, [...started, ...more]);
    const offers = useful.filter(({ isOffered }) => isOffered);
    if (offers.length > 0 && (await allSettled(offers)).includes(null)) {
      startedById.set(
        id,
        [...started, ...more].filter(({ isOffered }) => !isOffered),
      );
      return loadOne(id, fields);
    }
    const [first, ...others] = [...useful, ...more];
    const view = await first?.view;
    if (!view) return null;
    // Entities are immutable, so the result of a single read needs no copy.
    if (others.length === 0) return pick(view, id, plan);
    const parts = [view, ...(await Promise.all(others.map((other) => other.view)))];
    return parts.includes(null) ? null : Object.assign({}, ...parts.map((part) => part && pick(part, id, plan)));
  };

  // DataLoader awaits the batch but not the promises in it, so each key settles on its own.
  const loadAll = async (requests: readonly FieldRequest[]) => {
    const entities = new Map([...fieldsById(requests)].map(([id, fields]) => [id, loadOne(id, fields)]));
    return requests.map(({ id }) => entities.get(id)) as unknown as (Entity | null)[];
  };
  const requests = new DataLoader<FieldRequest, Entity | null>(loadAll, { name, cache: false });
  return {
    load(id, fields) {
      // Rows of a page are prefetched; their resolvers then request the same set of fields.
      const known = loads.get(id);
      if (known?.fields === fields) return known.entity;
      const entity = requests.load({ id, fields });
      loads.set(id, { fields, entity });
      return entity;
    },
    offer: (id, provides, view) => {
      startedById.set(id, [...(startedById.get(id) ?? []), { provides, view, isOffered: true }]);
    },
  };
}

const allSettled = <Entity extends { readonly id: string }>(
  offers: readonly StartedRead<Entity>[],
): Promise<(EntityView<Entity> | null)[]> => Promise.all(offers.map(({ view }) => view.catch(() => null)));

/** Merges the fields of all requests for the same entity. */
function fieldsById(requests: readonly FieldRequest[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byId = new Map<string, ReadonlySet<string>>();
  for (const { id, fields } of requests) {
    const others = byId.get(id);
    byId.set(id, others && others !== fields ? new Set([...others, ...fields]) : fields);
  }
  return byId;
}
