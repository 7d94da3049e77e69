import { type Answer, failure, success } from "./answers.js";
import { getApplicationDetail, getJobDetail, listJobs } from "./details.js";
import { searchExams } from "./exams.js";
import { listBasicUsers, listUsers } from "./people.js";
import type { Quota } from "./quotas.js";
import { listTasks, TASK_LISTS } from "./task-list.js";
import type { World } from "./world.js";

/** Request as an endpoint sees it. */
export interface SandboxRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** One of Feishu's endpoints. */
export interface SandboxEndpoint {
  readonly method: "GET" | "POST";
  /** Path template. */
  readonly url: string;
  /** Documented quota, per app. */
  readonly quota: readonly Quota[];
  answer(world: World, request: SandboxRequest, now: number): Answer;
}

const perSecond = (limit: number): Quota => ({ limit, windowMs: 1000 });
const perMinute = (limit: number): Quota => ({ limit, windowMs: 60_000 });

const byId = (
  things: ReadonlyMap<string, object>,
  id: string | undefined,
  absent: Answer,
  wrapper?: string,
): Answer => {
  const thing = things.get(id ?? "");
  if (!thing) return absent;
  return success(wrapper ? { [wrapper]: thing } : thing);
};

const objectOf = (body: unknown): Readonly<Record<string, unknown>> =>
  typeof body === "object" && body !== null ? { ...body } : {};

/** Endpoints that need a token. Not-found codes differ per resource, as documented. */
export const ENDPOINTS: readonly SandboxEndpoint[] = [
  ...Object.entries(TASK_LISTS).map(
    ([name, kind]): SandboxEndpoint => ({
      method: "GET",
      url: `/open-apis/hire/v1/${name}`,
      quota: [perMinute(1000), perSecond(50)],
      answer: (world, { query }, now) => listTasks(world, kind, query, now),
    }),
  ),
  {
    method: "GET",
    url: "/open-apis/hire/v1/jobs",
    quota: [perSecond(50)],
    answer: (world, { query }, now) => listJobs(world, query, now),
  },
  {
    method: "GET",
    url: "/open-apis/hire/v1/jobs/:job_id/get_detail",
    quota: [perSecond(20)],
    answer: (world, { params }) => getJobDetail(world, params.job_id ?? ""),
  },
  {
    method: "GET",
    url: "/open-apis/hire/v1/applications/:application_id/get_detail",
    quota: [perSecond(10)],
    answer: (world, { params, query }) => getApplicationDetail(world, params.application_id ?? "", query.options),
  },
  {
    method: "POST",
    url: "/open-apis/hire/v1/tests/search",
    quota: [perMinute(1000), perSecond(50)],
    answer: (world, { query, body }, now) => searchExams(world, query, objectOf(body), now),
  },
  {
    method: "GET",
    url: "/open-apis/contact/v3/users/batch",
    quota: [perMinute(1000), perSecond(50)],
    answer: (world, { query }) => listUsers(world, query),
  },
  {
    method: "POST",
    url: "/open-apis/contact/v3/users/basic_batch",
    quota: [perSecond(5)],
    answer: (world, { query, body }) => listBasicUsers(world, query, objectOf(body)),
  },
  {
    method: "GET",
    url: "/open-apis/hire/v1/jobs/:job_id",
    quota: [perSecond(50)],
    answer: ({ jobs }, { params }) => byId(jobs, params.job_id, failure(404, 1002601, "Job not exist"), "job"),
  },
  {
    method: "GET",
    url: "/open-apis/hire/v2/talents/:talent_id",
    quota: [perSecond(20)],
    answer: ({ talents }, { params }) => byId(talents, params.talent_id, failure(404, 1002102, "Talent not exist")),
  },
  {
    method: "GET",
    url: "/open-apis/hire/v1/applications/:application_id",
    quota: [perMinute(1000), perSecond(50)],
    answer: ({ applications }, { params }) =>
      byId(applications, params.application_id, failure(400, 1002201, "Application not exist"), "application"),
  },
];

/** Returns the name of an endpoint in counters, faults and quotas. */
export const keyOf = ({ method, url }: { method: string; url: string }): string => `${method} ${url}`;

/** Documented quotas by endpoint (2024-10-10). */
export const DOCUMENTED_QUOTAS: Readonly<Record<string, readonly Quota[]>> = Object.fromEntries(
  ENDPOINTS.map((endpoint) => [keyOf(endpoint), endpoint.quota]),
);
