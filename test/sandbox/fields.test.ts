import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SANDBOX_SECRET } from "../../src/sandbox/access-tokens.js";
import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { startSandbox } from "../../src/sandbox/server.js";

interface FieldTable {
  readonly endpoint: string;
  readonly fields: readonly { readonly path: string; readonly type: string; readonly enum?: readonly string[] }[];
}

const table = (name: string): FieldTable =>
  JSON.parse(readFileSync(new URL(`../support/feishu/fields/${name}.json`, import.meta.url), "utf8"));

/** Every path of a body with its values, written as the field tables write them. */
function valuesByPath(value: unknown, path = ""): [path: string, value: unknown][] {
  if (Array.isArray(value)) return [[`${path}[]`, value], ...value.flatMap((item) => itemsOf(item, `${path}[]`))];
  return [...(path ? [[path, value] as [string, unknown]] : []), ...itemsOf(value, path)];
}

function itemsOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => valuesByPath(item, path ? `${path}.${key}` : key));
}

/** What JavaScript type a documented one arrives as. */
function typeOf(documented: string): string {
  if (documented.endsWith("[]")) return "array";
  return { int: "number", number: "number", string: "string", boolean: "boolean" }[documented] ?? "object";
}

const actualType = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value);

let sandbox: Sandbox;
let authorization: string;
beforeAll(async () => {
  sandbox = await startSandbox({ quotas: {} });
  authorization = `Bearer ${sandbox.tokens.issue("cli_1", SANDBOX_SECRET).tenant_access_token}`;
});
afterAll(() => sandbox.close());

const [marker] = [() => sandbox.world.markers[0]];
const ids = { job: "7300100000000000000", talent: "7300200000000000000", application: "7300300000000000000" };

describe.each([
  ["exam_marking_tasks", () => `hire/v1/exam_marking_tasks?page_size=20&user_id=${marker()?.ids.open_id}`],
  ["job_get", () => `hire/v1/jobs/${ids.job}`],
  ["talent_get_v2", () => `hire/v2/talents/${ids.talent}`],
  ["application_get", () => `hire/v1/applications/${ids.application}`],
])("the sandbox's %s", (name, path) => {
  it("has every documented path, of its documented type, with documented codes, and nothing else", async () => {
    const response = await fetch(`${sandbox.url}/open-apis/${path()}`, { headers: { authorization } });
    const found = valuesByPath(await response.json());
    const { fields } = table(name);
    expect([...new Set(found.map(([at]) => at))].sort()).toEqual(fields.map((field) => field.path).sort());
    for (const [at, value] of found) {
      const field = fields.find((candidate) => candidate.path === at);
      expect({ at, type: actualType(value) }).toEqual({ at, type: typeOf(field?.type ?? "") });
      if (field?.enum) expect(field.enum, at).toContain(String(value));
    }
  });
});

it("gives ids of 19 digits", () => {
  for (const task of marker()?.tasks ?? []) {
    for (const id of [task.id, task.job_id, task.talent_id, task.application_id]) expect(id).toMatch(/^\d{19}$/);
  }
});

it("has seeded lists of the sizes that matter", () => {
  expect(sandbox.world.markers.map(({ tasks }) => tasks.length)).toEqual([45, 0, 1, 19, 20, 21, 400]);
});
