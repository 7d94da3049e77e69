import { ENDPOINTS } from "../feishu/endpoints.js";
import type { TaskRow } from "../feishu/hire/tasks.js";
import { toldBy } from "../feishu/told.js";
import type { ApplicationEntity, JobEntity, TalentEntity } from "./entities.js";
import type { JobMirror } from "./job-mirror.js";
import { sourcesOf } from "./kinds.js";
import type { PlannedLoader } from "./planned.js";
import type { SharedReads } from "./shared-reads.js";
import type { Reader } from "./sharer.js";
import { APPLICATION_SOURCES, isJointReadCheaper, JOINT_READ } from "./sources.js";

/** The fields that a page asks for of what its rows refer to; none where the row tells all. */
export interface RowWishes {
  readonly job: ReadonlySet<string>;
  readonly talent: ReadonlySet<string>;
  readonly application: ReadonlySet<string>;
}

/** What lookups are made with. */
export interface LookupParts {
  readonly loaders: {
    readonly job: PlannedLoader<JobEntity>;
    readonly talent: PlannedLoader<TalentEntity>;
    readonly application: PlannedLoader<ApplicationEntity>;
  };
  readonly reads: SharedReads;
  readonly mirror: JobMirror | null;
  readonly reader: Reader;
  readonly jointReads: boolean;
  /** What this request has begun to look up, by kind and id. */
  readonly begun: Set<string>;
}

/** Starts the lookups of a page's rows, each entity by itself, or by one call a row where that is cheaper. */
export function startLookups(parts: LookupParts, rows: readonly TaskRow[], wishes: RowWishes): void {
  const { loaders } = parts;
  noteRepeated(parts, rows, wishes);
  if (parts.jointReads && isJointlyRead(parts, rows, wishes)) for (const row of rows) offerJointRead(parts, row);
  for (const { jobId, talentId, applicationId } of rows) {
    if (jobId && wishes.job.size > 0) start(loaders.job.load(jobId, wishes.job));
    if (talentId && wishes.talent.size > 0) start(loaders.talent.load(talentId, wishes.talent));
    if (applicationId && wishes.application.size > 0)
      start(loaders.application.load(applicationId, wishes.application));
  }
}

/** Rows that refer to the same entity share its read: what that saves is written down. */
function noteRepeated({ reader, begun }: LookupParts, rows: readonly TaskRow[], wishes: RowWishes): void {
  const note = (kind: keyof RowWishes, id: string | null): void => {
    if (!id || wishes[kind].size === 0) return;
    const key = `${kind} ${id}`;
    if (!begun.has(key)) begun.add(key);
    else for (const source of sourcesOf(kind, wishes[kind])) reader.ledger.spared(ENDPOINTS[source].key, "coalesced");
  };
  for (const { jobId, talentId, applicationId } of rows) {
    note("job", jobId);
    note("talent", talentId);
    note("application", applicationId);
  }
}

function isJointlyRead(parts: LookupParts, rows: readonly TaskRow[], wishes: RowWishes): boolean {
  const { reads, reader, mirror } = parts;
  const isThere = (kind: keyof RowWishes, id: string): boolean =>
    !reader.fresh && (reads.isHeld(kind, id) || (kind === "job" && !!mirror?.get(id)));
  const missing = (kind: keyof RowWishes, ids: readonly (string | null)[]): number => {
    if (wishes[kind].size === 0) return 0;
    return [...new Set(ids)].filter((id) => id !== null && !isThere(kind, id)).length;
  };
  const isDetailThere = (id: string | null): boolean =>
    id === null || (!reader.fresh && reads.isDetailHeld(id, JOINT_READ.options));
  const separateCalls =
    missing(
      "job",
      rows.map(({ jobId }) => jobId),
    ) +
    missing(
      "talent",
      rows.map(({ talentId }) => talentId),
    ) +
    missing(
      "application",
      rows.map(({ applicationId }) => applicationId),
    );
  return isJointReadCheaper({
    separateCalls,
    jointCalls: new Set(rows.map(({ applicationId }) => applicationId).filter((id) => !isDetailThere(id))).size,
    jobFields: wishes.job,
    talentFields: wishes.talent,
    applicationFields: wishes.application,
    room: reads.roomForDetails(),
  });
}

const SUMMARIES = new Set(["jobSummary", "talentSummary"]);

/** Reads one application in detail, and offers what it tells to all three loaders. */
function offerJointRead({ loaders, reads, reader }: LookupParts, { jobId, talentId, applicationId }: TaskRow): void {
  if (!applicationId || !jobId || !talentId) return;
  const [, { fields }] = APPLICATION_SOURCES;
  const detail = reads.applicationDetail(applicationId, JOINT_READ.options, reader);
  const summaries = detail.then((read) => read?.pick(SUMMARIES));
  const job = summaries.then((read) => {
    const summary = read?.jobSummary;
    return summary?.id === jobId ? toldBy({ id: jobId, title: summary.name, code: summary.code }) : null;
  });
  const talent = summaries.then((read) => {
    const summary = read?.talentSummary;
    return summary?.id === talentId ? toldBy({ ...summary, id: talentId }) : null;
  });
  for (const part of [detail, summaries, job, talent]) start(part);
  loaders.application.offer(applicationId, fields, detail);
  loaders.job.offer(jobId, JOINT_READ.job, job);
  loaders.talent.offer(talentId, JOINT_READ.talent, talent);
}

/** Who asks gets the same promise, and reports what it fails with. */
function start(lookup: Promise<unknown>): void {
  lookup.catch(() => {});
}
