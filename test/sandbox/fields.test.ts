import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SANDBOX_SECRET } from "../../src/sandbox/access-tokens.js";
import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { startSandbox } from "../../src/sandbox/server.js";
import { MARKER } from "../support/fixtures.js";

interface FieldTable {
  readonly endpoint: string;
  readonly fields: readonly { readonly path: string; readonly type: string; readonly enum?: readonly string[] }[];
}

const table = (name: string): FieldTable =>
  JSON.parse(readFileSync(new URL(`../support/feishu/fields/${name}.json`, import.meta.url), "utf8"));

/** Returns every path of a body with its values, in the notation of the field tables. */
function valuesByPath(value: unknown, path = ""): [path: string, value: unknown][] {
  if (Array.isArray(value)) return [[`${path}[]`, value], ...value.flatMap((item) => itemsOf(item, `${path}[]`))];
  return [...(path ? [[path, value] as [string, unknown]] : []), ...itemsOf(value, path)];
}

function itemsOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => valuesByPath(item, path ? `${path}.${key}` : key));
}

/** Returns the JavaScript type of a documented type. */
function typeOf(documented: string): string {
  if (documented.endsWith("[]")) return "array";
  return (
    { int: "number", number: "number", "number(float)": "number", string: "string", boolean: "boolean" }[documented] ??
    "object"
  );
}

const actualType = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value);

let sandbox: Sandbox;
let authorization: string;
beforeAll(async () => {
  sandbox = await startSandbox({ quotas: {} });
  authorization = `Bearer ${sandbox.tokens.issue("cli_1", SANDBOX_SECRET).tenant_access_token}`;
});
afterAll(() => sandbox.close());

const marker = () => sandbox.world.markers[0];
const OPTIONS = ["job", "talent", "interview", "offer", "evaluation", "employee", "agency", "portal", "referral"];
const user = () => `user_id=${marker()?.ids.open_id}`;
const APPLICATION = "hire/v1/applications/7300300000000000000";

interface SandboxCase {
  readonly path: () => string;
  readonly body?: object;
  /** Documented paths that an otherwise complete response lacks, with the reason. */
  readonly absent?: Readonly<Record<string, string>>;
}

const LAST_PAGE = { "data.page_token": "only while there is more" };

const CASES: Readonly<Record<string, SandboxCase>> = {
  exam_marking_tasks: { path: () => `hire/v1/exam_marking_tasks?page_size=20&${user()}` },
  interview_tasks: { path: () => `hire/v1/interview_tasks?page_size=20&${user()}` },
  evaluation_tasks: { path: () => `hire/v1/evaluation_tasks?page_size=20&${user()}` },
  job_get: { path: () => "hire/v1/jobs/7300100000000000000" },
  job_get_detail: { path: () => "hire/v1/jobs/7300100000000000000/get_detail" },
  job_list: { path: () => "hire/v1/jobs?page_size=20", absent: LAST_PAGE },
  talent_get_v2: { path: () => "hire/v2/talents/7300200000000000000" },
  application_get: { path: () => APPLICATION },
  application_get_detail: {
    path: () => `${APPLICATION}/get_detail?${OPTIONS.map((option) => `options=with_${option}`).join("&")}`,
  },
  tests_search: {
    path: () => "hire/v1/tests/search?page_size=1",
    body: { application_id_list: ["7300300000000000000"] },
  },
  users_batch: { path: () => `contact/v3/users/batch?user_ids=${marker()?.ids.open_id}` },
  users_basic_batch: {
    path: () => "contact/v3/users/basic_batch",
    body: { user_ids: [MARKER] },
  },
};

describe.each(Object.entries(CASES))("the sandbox's %s", (name, { path, body, absent = {} }) => {
  it("has exactly the documented paths, types and codes", async () => {
    const headers = { authorization, ...(body && { "content-type": "application/json" }) };
    const init = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
    const response = await fetch(`${sandbox.url}/open-apis/${path()}`, init);
    const found = valuesByPath(await response.json());
    const { fields } = table(name);
    const expected = fields.map((field) => field.path).filter((at) => !(at in absent));
    expect([...new Set(found.map(([at]) => at))].sort()).toEqual(expected.sort());
    for (const [at, value] of found) {
      const field = fields.find((candidate) => candidate.path === at);
      expect({ at, type: actualType(value) }).toEqual({ at, type: typeOf(field?.type ?? "") });
      if (field?.enum) expect(field.enum, at).toContain(String(value));
    }
  });
});

it("the sandbox returns ids of 19 digits", () => {
  for (const task of marker()?.tasks ?? []) {
    for (const id of [task.id, task.job_id, task.talent_id, task.application_id]) expect(id).toMatch(/^\d{19}$/);
  }
});

it("the sandbox seeds lists of 0, 1, 19, 20, 21, 45 and 400 tasks", () => {
  expect(sandbox.world.markers.map(({ tasks }) => tasks.length)).toEqual([45, 0, 1, 19, 20, 21, 400]);
});
