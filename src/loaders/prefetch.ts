import { viewOf } from "../feishu/decode/lazy-entity.js";
import { ENDPOINTS } from "../feishu/endpoints.js";
import type { TaskRow } from "../feishu/hire/tasks.js";
import type { CachedReads } from "./cached-reads.js";
import type { ApplicationEntity, JobEntity, TalentEntity } from "./entities.js";
import type { JobMirror } from "./job-mirror.js";
import type { PlannedLoader } from "./planned-loader.js";
import type { ReadContext } from "./read-context.js";
import { sourcesOf } from "./read-plan.js";
import { APPLICATION_SOURCES, isJointReadCheaper, JOINT_READ, type RowSelections } from "./sources.js";

/** Dependencies of prefetching. */
export interface PrefetchParts {
  readonly loaders: {
    readonly job: PlannedLoader<JobEntity>;
    readonly talent: PlannedLoader<TalentEntity>;
    readonly application: PlannedLoader<ApplicationEntity>;
  };
  readonly reads: CachedReads;
  readonly mirror: JobMirror | null;
  readonly context: ReadContext;
  readonly jointReads: boolean;
  /** Lookups that this operation has started, by kind and id. */
  readonly begun: Set<string>;
}

type Kind = keyof RowSelections;

const KINDS: readonly Kind[] = ["job", "talent", "application"];
const ID_OF_KIND = { job: "jobId", talent: "talentId", application: "applicationId" } as const;

/** Starts the lookups of a page's rows: one call per entity, or one per row where that is cheaper. */
export function prefetchRows(parts: PrefetchParts, rows: readonly TaskRow[], selections: RowSelections): void {
  const selected = KINDS.filter((kind) => selections[kind].size > 0);
  countRepeated(parts, rows, selections, selected);
  if (parts.jointReads && isReadJointly(parts, rows, selections, selected)) {
    for (const row of rows) offerJointRead(parts, row);
  }
  for (const row of rows) {
    for (const kind of selected) {
      const id = row[ID_OF_KIND[kind]];
      if (id) start(parts.loaders[kind].load(id, selections[kind]));
    }
  }
}

/** Counts rows that refer to the same entity as saved, because they share its read. */
function countRepeated(
  { context, begun }: PrefetchParts,
  rows: readonly TaskRow[],
  selections: RowSelections,
  selected: readonly Kind[],
): void {
  for (const kind of selected) {
    for (const row of rows) {
      const id = row[ID_OF_KIND[kind]];
      if (!id) continue;
      const key = `${kind} ${id}`;
      if (!begun.has(key)) begun.add(key);
      else
        for (const source of sourcesOf(kind, selections[kind]))
          context.observer.saved(ENDPOINTS[source].key, "coalesced");
    }
  }
}

function isReadJointly(
  { reads, context, mirror }: PrefetchParts,
  rows: readonly TaskRow[],
  selections: RowSelections,
  selected: readonly Kind[],
): boolean {
  const isCached = (kind: Kind, id: string): boolean =>
    !context.fresh && (reads[kind].isFresh(id) || (kind === "job" && !!mirror?.get(id)));
  const missing = (kind: Kind): number => distinct(rows, kind).filter((id) => !isCached(kind, id)).length;
  const isDetailCached = (id: string): boolean =>
    !context.fresh && reads.applicationDetail.isFresh(id, JOINT_READ.options);
  return isJointReadCheaper({
    separateCalls: selected.reduce((sum, kind) => sum + missing(kind), 0),
    jointCalls: distinct(rows, "application").filter((id) => !isDetailCached(id)).length,
    selections,
    available: reads.availableDetails(),
  });
}

const distinct = (rows: readonly TaskRow[], kind: Kind): string[] => [
  ...new Set(rows.map((row) => row[ID_OF_KIND[kind]]).filter((id) => id !== null)),
];

const SUMMARIES = new Set(["jobSummary", "talentSummary"]);

/** Reads one application in detail and offers the result to all three loaders. */
function offerJointRead({ loaders, reads, context }: PrefetchParts, { jobId, talentId, applicationId }: TaskRow): void {
  if (!applicationId || !jobId || !talentId) return;
  const [, { fields }] = APPLICATION_SOURCES;
  const detail = reads.applicationDetail.read(context, applicationId, JOINT_READ.options);
  const summaries = detail.then((read) => read?.pick(SUMMARIES));
  const job = summaries.then((read) => {
    const summary = read?.jobSummary;
    return summary?.id === jobId ? viewOf({ id: jobId, title: summary.name, code: summary.code }) : null;
  });
  const talent = summaries.then((read) => {
    const summary = read?.talentSummary;
    return summary?.id === talentId ? viewOf({ ...summary, id: talentId }) : null;
  });
  for (const part of [detail, summaries, job, talent]) start(part);
  loaders.application.offer(applicationId, fields, detail);
  loaders.job.offer(jobId, JOINT_READ.job, job);
  loaders.talent.offer(talentId, JOINT_READ.talent, talent);
}

/** Ignores the failure of a lookup: the resolver gets the same promise and reports it. */
function start(lookup: Promise<unknown>): void {
  lookup.catch(() => {});
}
