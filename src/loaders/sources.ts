import { APPLICATION_PARTS_PII } from "../authz/policy.js";
import { APPLICATION_FIELDS } from "../feishu/hire/application.js";
import { APPLICATION_DETAIL_FIELDS, APPLICATION_DETAIL_OPTIONS } from "../feishu/hire/application-detail.js";
import { JOB_FIELDS } from "../feishu/hire/job.js";
import { JOB_DETAIL_FIELDS } from "../feishu/hire/job-detail.js";
import { TALENT_FIELDS } from "../feishu/hire/talent.js";

/** One endpoint that provides fields of an entity. */
export interface Source<Name extends string = string> {
  readonly name: Name;
  /** The fields that it provides in any case. */
  readonly fields: ReadonlySet<string>;
  /** The fields that it provides on request, with the request's name. */
  readonly options: Readonly<Record<string, string>>;
  /** Calls a second: the documented quota, by which one source is cheaper than another. `Infinity` is no call at all. */
  readonly callsPerSecond: number;
}

const source = <const Name extends string>(
  name: Name,
  callsPerSecond: number,
  fields: readonly string[],
  options: Readonly<Record<string, string>> = {},
): Source<Name> => ({ name, callsPerSecond, fields: new Set(fields), options });

/** Which endpoint provides which field of a job. `jobs/:id` is read at 50 a second, `get_detail` at 20. */
export const JOB_SOURCES = [source("job", 50, JOB_FIELDS), source("jobDetail", 20, JOB_DETAIL_FIELDS)] as const;

/** The mirror's copy of a job: the fields of the list, at no call. */
export const JOB_MIRROR_SOURCE = source(
  "jobMirror",
  Number.POSITIVE_INFINITY,
  JOB_FIELDS.filter((field) => field !== "customFields"),
);

/** Fields of an application's parts that are named by their paths come with the part. */
const PERSONAL_OPTIONS = Object.fromEntries(
  Object.entries(APPLICATION_PARTS_PII).flatMap(([part, fields]) =>
    fields.map((field) => [`${part}.${field}`, APPLICATION_DETAIL_OPTIONS[part as keyof typeof APPLICATION_PARTS_PII]]),
  ),
);

/** Which endpoint provides which field of an application, at 50 and at 10 a second. */
export const APPLICATION_SOURCES = [
  source("application", 50, APPLICATION_FIELDS),
  source("applicationDetail", 10, APPLICATION_DETAIL_FIELDS, { ...APPLICATION_DETAIL_OPTIONS, ...PERSONAL_OPTIONS }),
] as const;

/** A talent has one endpoint. */
export const TALENT_SOURCES = [source("talent", 20, TALENT_FIELDS)] as const;

/** The fields of job and talent that `get_detail` of an application provides, with the options for them. */
export const JOINT_READ = {
  options: ["with_job", "with_talent"],
  job: new Set(["id", "title", "code"]),
  talent: new Set(["id", "name", "mobileCode", "mobileNumber", "email"]),
} as const;

/** Calls that a page's entities cost, read jointly and separately. */
export interface PageReadEstimate {
  /** Distinct entities that are selected beyond their ids and are not cached. */
  readonly separateCalls: number;
  /** Distinct applications. */
  readonly jointCalls: number;
  readonly selections: RowSelections;
  /** Calls of `get_detail` that may start now. */
  readonly available: number;
}

/** The fields that a page selects of what its rows refer to; none where the row has them all. */
export type RowSelections = Readonly<Record<"job" | "talent" | "application", ReadonlySet<string>>>;

/** The kinds of entity that are read by their id. */
export type EntityKind = keyof RowSelections;

/**
 * Whether a page is read at fewer calls by `get_detail` of each application, which has a little of job and talent, too. Its
 * quota is the smallest of all: it is only spent while calls are available, so that no other operation waits for it.
 */
export const isJointReadCheaper = ({ separateCalls, jointCalls, selections, available }: PageReadEstimate): boolean =>
  isJointlyReadable(selections) && jointCalls < separateCalls && jointCalls <= available;

/** True if `get_detail` of an application provides all selected fields of it, its job and its talent. */
export function isJointlyReadable({ job, talent, application }: RowSelections): boolean {
  const [, detail] = APPLICATION_SOURCES;
  return isSubset(job, JOINT_READ.job) && isSubset(talent, JOINT_READ.talent) && isSubset(application, detail.fields);
}

const isSubset = (fields: ReadonlySet<string>, of: ReadonlySet<string>): boolean =>
  [...fields].every((field) => of.has(field));
