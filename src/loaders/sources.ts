import { APPLICATION_PARTS_PII } from "../authz/policy.js";
import { APPLICATION_FIELDS } from "../feishu/hire/application.js";
import { APPLICATION_DETAIL_FIELDS, APPLICATION_DETAIL_OPTIONS } from "../feishu/hire/application-detail.js";
import { JOB_FIELDS } from "../feishu/hire/job.js";
import { JOB_DETAIL_FIELDS } from "../feishu/hire/job-detail.js";
import { TALENT_FIELDS } from "../feishu/hire/talent.js";

/** One endpoint that tells something of an entity. */
export interface Source<Name extends string = string> {
  readonly name: Name;
  /** What it tells in any case. */
  readonly fields: ReadonlySet<string>;
  /** What it tells on request, with the request's name. */
  readonly options: Readonly<Record<string, string>>;
  /** Calls a second: the documented quota, by which one source is cheaper than another. `Infinity` is no call at all. */
  readonly callsPerSecond: number;
}

/** One read of a plan. */
export interface PlannedRead<Name extends string = string> {
  readonly source: Name;
  /** The requests that the read carries, sorted. */
  readonly options: readonly string[];
}

const source = <const Name extends string>(
  name: Name,
  callsPerSecond: number,
  fields: readonly string[],
  options: Readonly<Record<string, string>> = {},
): Source<Name> => ({ name, callsPerSecond, fields: new Set(fields), options });

/** Which endpoint tells which field of a job. `jobs/:id` is read at 50 a second, `get_detail` at 20. */
export const JOB_SOURCES = [source("job", 50, JOB_FIELDS), source("jobDetail", 20, JOB_DETAIL_FIELDS)] as const;

/** The mirror's copy of a job: what the list tells, at no call. */
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

/** Which endpoint tells which field of an application, at 50 and at 10 a second. */
export const APPLICATION_SOURCES = [
  source("application", 50, APPLICATION_FIELDS),
  source("applicationDetail", 10, APPLICATION_DETAIL_FIELDS, { ...APPLICATION_DETAIL_OPTIONS, ...PERSONAL_OPTIONS }),
] as const;

/** How a talent is read: there is one endpoint. */
export const TALENT_SOURCES = [source("talent", 20, TALENT_FIELDS)] as const;

/** What `get_detail` of an application tells of its job and its talent, with the options for it. */
export const JOINT_READ = {
  options: ["with_job", "with_talent"],
  job: new Set(["id", "title", "code"]),
  talent: new Set(["id", "name", "mobileCode", "mobileNumber", "email"]),
} as const;

/** What a page of rows asks of Feishu. */
export interface PageWishes {
  /** Distinct entities that are asked for beyond their ids and are not held: what separate reads would cost. */
  readonly separateCalls: number;
  /** Distinct applications: what joint reads would cost. */
  readonly jointCalls: number;
  readonly jobFields: ReadonlySet<string>;
  readonly talentFields: ReadonlySet<string>;
  readonly applicationFields: ReadonlySet<string>;
  /** Calls of `get_detail` that may start now. */
  readonly room: number;
}

/**
 * Whether a page is read at fewer calls by `get_detail` of each application, which tells a little of job and talent, too.
 * Its quota is the smallest of all: it is only spent while there is room, so that nobody waits for it.
 */
export function isJointReadCheaper(wishes: PageWishes): boolean {
  const covers = isJointlyReadable({
    job: wishes.jobFields,
    talent: wishes.talentFields,
    application: wishes.applicationFields,
  });
  return covers && wishes.jointCalls < wishes.separateCalls && wishes.jointCalls <= wishes.room;
}

/** Whether `get_detail` of an application tells all that is wished for of it, its job and its talent. */
export function isJointlyReadable(
  wishes: Readonly<Record<"job" | "talent" | "application", ReadonlySet<string>>>,
): boolean {
  const [, detail] = APPLICATION_SOURCES;
  return (
    isSubset(wishes.job, JOINT_READ.job) &&
    isSubset(wishes.talent, JOINT_READ.talent) &&
    isSubset(wishes.application, detail.fields)
  );
}

const isSubset = (fields: ReadonlySet<string>, of: ReadonlySet<string>): boolean =>
  [...fields].every((field) => of.has(field));

/**
 * The cheapest reads that together tell all of `fields` that any source tells: as few as possible, and of those the ones
 * with the largest quotas. A field that no source tells is resolved from others and asks for nothing; with no field at all
 * the cheapest source is read, for that the entity exists is something to know as well.
 */
export function planReads<Name extends string>(
  fields: ReadonlySet<string>,
  sources: readonly Source<Name>[],
): readonly PlannedRead<Name>[] {
  const needed = toldFields(fields, sources);
  const plans = subsetsOf(sources).filter(
    (plan) => plan.length > 0 && needed.every((field) => plan.some((source) => tells(source, field))),
  );
  const [cheapest = []] = plans.toSorted(
    (a, b) => callsOf(a) - callsOf(b) || costOf(a) - costOf(b) || a.length - b.length,
  );
  return assignOptions(cheapest, needed);
}

/** Those of `fields` that a source tells; the others are resolved from other entities. */
export const toldFields = (fields: ReadonlySet<string>, sources: readonly Source[]): string[] =>
  [...fields].filter((field) => sources.some((source) => tells(source, field)));

/** What a planned read tells. */
export function tellsOf(sources: readonly Source[], { source, options }: PlannedRead): ReadonlySet<string> {
  const found = sources.find(({ name }) => name === source);
  const onRequest = Object.entries(found?.options ?? {}).filter(([, option]) => options.includes(option));
  return new Set([...(found?.fields ?? []), ...onRequest.map(([field]) => field)]);
}

const tells = ({ fields, options }: Source, field: string): boolean => fields.has(field) || field in options;

const callsOf = (plan: readonly Source[]): number =>
  plan.filter(({ callsPerSecond }) => callsPerSecond !== Number.POSITIVE_INFINITY).length;

/** Seconds of quota that a plan takes up. */
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
