import type { RateWindow } from "../budget/windows.js";

/** One of Feishu's REST endpoints. */
export interface Endpoint {
  /** Method and path template: the key of quotas, counters and errors. */
  readonly key: string;
  readonly method: "GET" | "POST";
  /** Path with `:name` placeholders. */
  readonly template: string;
  /** The documented quota, per app and tenant. */
  readonly quota: readonly RateWindow[];
}

const perSecond = (limit: number): RateWindow => ({ limit, windowMs: 1000 });
const perMinute = (limit: number): RateWindow => ({ limit, windowMs: 60_000 });

const get = (template: string, ...quota: RateWindow[]): Endpoint => ({
  key: `GET ${template}`,
  method: "GET",
  template,
  quota,
});

/**
 * Every endpoint that is called, with its documented quota.
 * @see https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN (2024-10-10)
 */
export const ENDPOINTS = {
  examMarkingTasks: get("/open-apis/hire/v1/exam_marking_tasks", perSecond(50), perMinute(1000)),
  job: get("/open-apis/hire/v1/jobs/:job_id", perSecond(50)),
  talent: get("/open-apis/hire/v2/talents/:talent_id", perSecond(20)),
  application: get("/open-apis/hire/v1/applications/:application_id", perSecond(50), perMinute(1000)),
} as const;

/** Quotas by endpoint: the documented ones, with `overrides` in their place where given. */
export function quotasByEndpoint(
  overrides: Readonly<Record<string, readonly RateWindow[]>>,
): ReadonlyMap<string, readonly RateWindow[]> {
  const byShape = new Map(Object.entries(overrides).map(([key, windows]) => [shapeOf(key), windows]));
  return new Map(Object.values(ENDPOINTS).map(({ key, quota }) => [key, byShape.get(shapeOf(key)) ?? quota]));
}

/** `…/jobs/:job_id` and `…/jobs/:id` name the same endpoint. */
const shapeOf = (key: string): string => key.replace(/:\w+/g, ":id");
