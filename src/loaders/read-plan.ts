import { APPLICATION_SOURCES, JOB_MIRROR_SOURCE, JOB_SOURCES, type Source, TALENT_SOURCES } from "./sources.js";

/** One read of a plan. */
export interface PlannedRead<Name extends string = string> {
  readonly source: Name;
  /** Options that the read requests, sorted. */
  readonly options: readonly string[];
}

/** Plan for reading a selection. */
export interface ReadPlan<Name extends string> {
  /** Selected fields that a source provides. */
  readonly provided: readonly string[];
  readonly reads: readonly (PlannedRead<Name> & { readonly provides: ReadonlySet<string> })[];
  /** Fields to decode from a response: the selected ones plus the link fields. */
  readonly decoded: ReadonlySet<string>;
}

/** Read plans of one kind of entity, shared by the loaders of all operations. */
export interface EntityPlan<Name extends string> {
  readonly name: string;
  /** Returns the plan for the fields that a document selects. It is built once and lives as long as the field set. */
  readonly planOf: (fields: ReadonlySet<string>) => ReadPlan<Name>;
}

/** Creates the plans of one kind. `linkFields` lead to other entities and are decoded even if not selected. */
function entityPlan<Name extends string>(
  name: string,
  sources: readonly Source<Name>[],
  linkFields: readonly string[] = [],
): EntityPlan<Name> {
  const plans = new WeakMap<ReadonlySet<string>, ReadPlan<Name>>();
  const planOf = (fields: ReadonlySet<string>): ReadPlan<Name> => {
    const known = plans.get(fields);
    if (known) return known;
    const reads = planReads(fields, sources).map((read) => ({ ...read, provides: fieldsOf(sources, read) }));
    const parts = [...fields].map((field) => field.split(".", 1)[0] ?? field);
    const decoded = new Set(["id", ...linkFields, ...parts]);
    const plan = { provided: providedFields(fields, sources), reads, decoded };
    plans.set(fields, plan);
    return plan;
  };
  return { name, planOf };
}

export const JOB = entityPlan<"job" | "jobDetail" | "jobMirror">("job", JOB_SOURCES);

/** Plans of jobs where a job mirror is kept. */
export const MIRRORED_JOB = entityPlan("job", [...JOB_SOURCES, JOB_MIRROR_SOURCE]);

export const TALENT = entityPlan("talent", TALENT_SOURCES);

export const APPLICATION = entityPlan("application", APPLICATION_SOURCES, ["jobId", "talentId"]);

const KINDS = { job: JOB, talent: TALENT, application: APPLICATION } as const;

/** Returns the names of the endpoints that provide these fields of a kind of entity. */
export const sourcesOf = (
  kind: keyof typeof KINDS,
  fields: ReadonlySet<string>,
): readonly ("job" | "jobDetail" | "talent" | "application" | "applicationDetail")[] =>
  KINDS[kind].planOf(fields).reads.map(({ source }) => source as Exclude<typeof source, "jobMirror">);

/**
 * Plans the cheapest reads that together provide every one of `fields` that has a source. Plans with fewer calls come
 * first, then those with larger quotas. A field without a source is resolved from other entities and needs no read.
 * Without any field, the cheapest source is read, because the entity's existence is information as well.
 */
export function planReads<Name extends string>(
  fields: ReadonlySet<string>,
  sources: readonly Source<Name>[],
): readonly PlannedRead<Name>[] {
  const needed = providedFields(fields, sources);
  const plans = subsetsOf(sources).filter(
    (plan) => plan.length > 0 && needed.every((field) => plan.some((source) => provides(source, field))),
  );
  const [cheapest = []] = plans.toSorted(
    (a, b) => callsOf(a) - callsOf(b) || costOf(a) - costOf(b) || a.length - b.length,
  );
  return assignOptions(cheapest, needed);
}

/** Returns the `fields` that a source provides; the others are resolved from other entities. */
const providedFields = (fields: ReadonlySet<string>, sources: readonly Source[]): string[] =>
  [...fields].filter((field) => sources.some((source) => provides(source, field)));

/** Returns the fields that a planned read provides. */
function fieldsOf(sources: readonly Source[], { source, options }: PlannedRead): ReadonlySet<string> {
  const found = sources.find(({ name }) => name === source);
  const onRequest = Object.entries(found?.options ?? {}).filter(([, option]) => options.includes(option));
  return new Set([...(found?.fields ?? []), ...onRequest.map(([field]) => field)]);
}

const provides = ({ fields, options }: Source, field: string): boolean => fields.has(field) || field in options;

const callsOf = (plan: readonly Source[]): number =>
  plan.filter(({ callsPerSecond }) => callsPerSecond !== Number.POSITIVE_INFINITY).length;

/** Returns the seconds of quota that a plan uses. */
const costOf = (plan: readonly Source[]): number =>
  plan.reduce((sum, { callsPerSecond }) => sum + 1 / callsPerSecond, 0);

function subsetsOf<T>([first, ...rest]: readonly T[]): T[][] {
  if (first === undefined) return [[]];
  return subsetsOf(rest).flatMap((subset) => [subset, [first, ...subset]]);
}

function assignOptions<Name extends string>(
  plan: readonly Source<Name>[],
  needed: readonly string[],
): PlannedRead<Name>[] {
  return plan.map(({ name, options }) => ({
    source: name,
    options: [...new Set(needed.flatMap((field) => options[field] ?? []))].sort(),
  }));
}
