import type { RateWindow } from "../rate-limit/sliding-window.js";

/** A REST endpoint of Feishu. */
export interface Endpoint {
  /** Method and path template; the key of quotas, counters and errors. */
  readonly key: string;
  readonly method: "GET" | "POST";
  /** Path with `:name` placeholders. */
  readonly template: string;
  /** Documented quota, per app and tenant. */
  readonly quota: readonly RateWindow[];
}

const perSecond = (limit: number): RateWindow => ({ limit, windowMs: 1000 });
const perMinute = (limit: number): RateWindow => ({ limit, windowMs: 60_000 });

const endpoint = (method: Endpoint["method"], template: string, quota: readonly RateWindow[]): Endpoint => ({
  key: `${method} ${template}`,
  method,
  template,
  quota,
});
const get = (template: string, ...quota: RateWindow[]): Endpoint => endpoint("GET", template, quota);
const post = (template: string, ...quota: RateWindow[]): Endpoint => endpoint("POST", template, quota);

/**
 * All endpoints that this service calls, with their documented quotas.
 * @see https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN (2024-10-10)
 */
export const ENDPOINTS = {
  examMarkingTasks: get("/open-apis/hire/v1/exam_marking_tasks", perSecond(50), perMinute(1000)),
  interviewTasks: get("/open-apis/hire/v1/interview_tasks", perSecond(50), perMinute(1000)),
  evaluationTasks: get("/open-apis/hire/v1/evaluation_tasks", perSecond(50), perMinute(1000)),
  job: get("/open-apis/hire/v1/jobs/:job_id", perSecond(50)),
  jobDetail: get("/open-apis/hire/v1/jobs/:job_id/get_detail", perSecond(20)),
  jobs: get("/open-apis/hire/v1/jobs", perSecond(50)),
  talent: get("/open-apis/hire/v2/talents/:talent_id", perSecond(20)),
  application: get("/open-apis/hire/v1/applications/:application_id", perSecond(50), perMinute(1000)),
  applicationDetail: get("/open-apis/hire/v1/applications/:application_id/get_detail", perSecond(10)),
  exams: post("/open-apis/hire/v1/tests/search", perSecond(50), perMinute(1000)),
  users: get("/open-apis/contact/v3/users/batch", perSecond(50), perMinute(1000)),
  /** Undocumented quota; uses the one that most endpoints have. */
  userInfo: get("/open-apis/authen/v1/user_info", perSecond(50), perMinute(1000)),
  basicUsers: post("/open-apis/contact/v3/users/basic_batch", perSecond(5)),
} as const;

/** Quotas by endpoint. */
export type Quotas = Readonly<Record<string, readonly RateWindow[]>>;

/** Returns the documented quotas with `overrides` applied, and the override keys that match no endpoint. */
export function quotasByEndpoint(overrides: Quotas): {
  quotas: ReadonlyMap<string, readonly RateWindow[]>;
  unknown: readonly string[];
} {
  const endpoints = Object.values(ENDPOINTS);
  const byShape = new Map(Object.entries(overrides).map(([key, windows]) => [shapeOf(key), windows]));
  const shapes = new Set(endpoints.map(({ key }) => shapeOf(key)));
  return {
    quotas: new Map(endpoints.map(({ key, quota }) => [key, byShape.get(shapeOf(key)) ?? quota])),
    unknown: Object.keys(overrides).filter((key) => !shapes.has(shapeOf(key))),
  };
}

/** Normalizes placeholder names: `…/jobs/:job_id` and `…/jobs/:id` name the same endpoint. */
const shapeOf = (key: string): string => key.replace(/:\w+/g, ":id");
