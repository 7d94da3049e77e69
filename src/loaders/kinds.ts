import { plannedKind } from "./plan.js";
import { APPLICATION_SOURCES, JOB_MIRROR_SOURCE, JOB_SOURCES, TALENT_SOURCES } from "./sources.js";

/** How jobs are read. */
export const JOB = plannedKind<"job" | "jobDetail" | "jobMirror">("job", JOB_SOURCES);

/** How jobs are read where a copy of all of them is kept. */
export const MIRRORED_JOB = plannedKind("job", [...JOB_SOURCES, JOB_MIRROR_SOURCE]);

/** How talents are read. */
export const TALENT = plannedKind("talent", TALENT_SOURCES);

/** How applications are read. */
export const APPLICATION = plannedKind("application", APPLICATION_SOURCES, ["jobId", "talentId"]);

const KINDS = { job: JOB, talent: TALENT, application: APPLICATION } as const;

/** The endpoints that entities of a kind are read from, by their names, for these fields. */
export const sourcesOf = (
  kind: keyof typeof KINDS,
  fields: ReadonlySet<string>,
): readonly ("job" | "jobDetail" | "talent" | "application" | "applicationDetail")[] =>
  KINDS[kind].planOf(fields).reads.map(({ source }) => source as Exclude<typeof source, "jobMirror">);
