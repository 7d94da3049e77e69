import { APPLICATION_PARTS_PII } from "../authz/pii.js";
import { APPLICATION_FIELDS } from "../feishu/hire/application.js";
import { APPLICATION_DETAIL_FIELDS, APPLICATION_DETAIL_OPTIONS } from "../feishu/hire/application-detail.js";
import { JOB_FIELDS } from "../feishu/hire/job.js";
import { JOB_DETAIL_FIELDS } from "../feishu/hire/job-detail.js";
import { TALENT_FIELDS } from "../feishu/hire/talent.js";

/** An endpoint that provides fields of an entity. */
export interface Source<Name extends string = string> {
  readonly name: Name;
  /** Fields that the endpoint always provides. */
  readonly fields: ReadonlySet<string>;
  /** Fields that the endpoint provides on request, with the name of the option. */
  readonly options: Readonly<Record<string, string>>;
  /** Calls per second of the documented quota, which decides the cheaper source. `Infinity` means no call. */
  readonly callsPerSecond: number;
}

const source = <const Name extends string>(
  name: Name,
  callsPerSecond: number,
  fields: readonly string[],
  options: Readonly<Record<string, string>> = {},
): Source<Name> => ({ name, callsPerSecond, fields: new Set(fields), options });

/** Endpoints that provide the fields of a job: `jobs/:id` allows 50 calls per second, `get_detail` 20. */
export const JOB_SOURCES = [source("job", 50, JOB_FIELDS), source("jobDetail", 20, JOB_DETAIL_FIELDS)] as const;

/** Mirrored copy of a job: the fields of the list, without a call. */
export const JOB_MIRROR_SOURCE = source(
  "jobMirror",
  Number.POSITIVE_INFINITY,
  JOB_FIELDS.filter((field) => field !== "customFields"),
);

/** Options for fields of an application's parts. A field named by its path comes with its part. */
const PERSONAL_OPTIONS = Object.fromEntries(
  Object.entries(APPLICATION_PARTS_PII).flatMap(([part, fields]) =>
    fields.map((field) => [`${part}.${field}`, APPLICATION_DETAIL_OPTIONS[part as keyof typeof APPLICATION_PARTS_PII]]),
  ),
);

/** Endpoints that provide the fields of an application, at 50 and at 10 calls per second. */
export const APPLICATION_SOURCES = [
  source("application", 50, APPLICATION_FIELDS),
  source("applicationDetail", 10, APPLICATION_DETAIL_FIELDS, { ...APPLICATION_DETAIL_OPTIONS, ...PERSONAL_OPTIONS }),
] as const;

/** Endpoint that provides the fields of a talent, the only one. */
export const TALENT_SOURCES = [source("talent", 20, TALENT_FIELDS)] as const;

/** Fields of job and talent that `get_detail` of an application provides, with the options that request them. */
export const JOINT_READ = {
  options: ["with_job", "with_talent"],
  job: new Set(["id", "title", "code"]),
  talent: new Set(["id", "name", "mobileCode", "mobileNumber", "email"]),
} as const;

/** Calls that the entities of a page cost, read jointly and separately. */
export interface PageReadEstimate {
  /** Number of distinct entities that are selected beyond their ids and are not cached. */
  readonly separateCalls: number;
  /** Number of distinct applications. */
  readonly jointCalls: number;
  readonly selections: RowSelections;
  /** Number of `get_detail` calls that may start now. */
  readonly available: number;
}

/** Fields that a page selects of the entities its rows refer to; empty where the row has them all. */
export type RowSelections = Readonly<Record<"job" | "talent" | "application", ReadonlySet<string>>>;

/** Kinds of entity that are read by id. */
export type EntityKind = keyof RowSelections;

/**
 * Returns true if `get_detail` of each application reads a page in fewer calls. The detail also has some fields of job
 * and talent. Its quota is the smallest of all. It is used only while calls are available, so that no other operation
 * waits for it.
 */
export const isJointReadCheaper = ({ separateCalls, jointCalls, selections, available }: PageReadEstimate): boolean =>
  isJointlyReadable(selections) && jointCalls < separateCalls && jointCalls <= available;

/** Returns true if `get_detail` of an application provides all selected fields of it, its job and its talent. */
export function isJointlyReadable({ job, talent, application }: RowSelections): boolean {
  const [, detail] = APPLICATION_SOURCES;
  return isSubset(job, JOINT_READ.job) && isSubset(talent, JOINT_READ.talent) && isSubset(application, detail.fields);
}

const isSubset = (fields: ReadonlySet<string>, of: ReadonlySet<string>): boolean =>
  [...fields].every((field) => of.has(field));
