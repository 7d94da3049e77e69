import { type PlannedRead, planReads, type Source, tellsOf, toldFields } from "./sources.js";

/** What wishes for the same fields have in common. */
export interface Plan<Name extends string> {
  /** Those of the fields that a source tells. */
  readonly wanted: readonly string[];
  readonly reads: readonly (PlannedRead<Name> & { readonly tells: ReadonlySet<string> })[];
  /** What is picked from what is told: the fields, by the names of the parts that they stand in, and what leads on. */
  readonly picked: ReadonlySet<string>;
}

/** Plans are made once for the fields that a document asks for, and live as long as these. */
function createPlanner<Name extends string>(sources: readonly Source<Name>[], leadsOn: readonly string[]) {
  const plans = new WeakMap<ReadonlySet<string>, Plan<Name>>();
  const planOf = (fields: ReadonlySet<string>): Plan<Name> => {
    const known = plans.get(fields);
    if (known) return known;
    const reads = planReads(fields, sources).map((read) => ({ ...read, tells: tellsOf(sources, read) }));
    const parts = [...fields].map((field) => field.split(".", 1)[0] ?? field);
    const plan = { wanted: toldFields(fields, sources), reads, picked: new Set(["id", ...leadsOn, ...parts]) };
    plans.set(fields, plan);
    return plan;
  };
  return planOf;
}

/** How entities of one kind are read: what loaders of all operations have in common. */
export interface PlannedKind<Name extends string> {
  readonly name: string;
  readonly planOf: (fields: ReadonlySet<string>) => Plan<Name>;
}

/** `leadsOn` are fields by which other entities are reached: they are told whether they were asked for or not. */
export const plannedKind = <Name extends string>(
  name: string,
  sources: readonly Source<Name>[],
  leadsOn: readonly string[] = [],
): PlannedKind<Name> => ({ name, planOf: createPlanner(sources, leadsOn) });
