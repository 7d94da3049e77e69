import { describe, expect, it, onTestFinished } from "vitest";
import { SANDBOX_SECRET } from "../../src/sandbox/access-tokens.js";
import { createQuotaKeeper } from "../../src/sandbox/quotas.js";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/sandbox.js";
import { startSandbox } from "../../src/sandbox/server.js";
import { MARKER } from "../support/fixtures.js";

async function open(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

async function get(sandbox: Sandbox, path: string, token?: string) {
  const bearer = token ?? String(sandbox.tokens.issue("cli_1", SANDBOX_SECRET).tenant_access_token);
  const headers: Record<string, string> = bearer ? { authorization: `Bearer ${bearer}` } : {};
  const response = await fetch(`${sandbox.url}/open-apis/${path}`, { headers });
  const body = (await response.json()) as { code: number; data?: { page_token?: string; items?: unknown[] } };
  return { status: response.status, code: body.code, data: body.data, headers: response.headers };
}

const LIST = `hire/v1/exam_marking_tasks?user_id=${MARKER}`;

describe("tokens", () => {
  it("are reused until half an hour is left, then renewed while the old one stays valid", async () => {
    let now = 0;
    const sandbox = await open({ now: () => now });
    const ask = () => sandbox.tokens.issue("cli_1", SANDBOX_SECRET);
    const first = ask();
    expect(first).toMatchObject({ code: 0, expire: 7200 });
    now = 90 * 60_000;
    expect(ask()).toEqual({ ...first, expire: 1800 });
    now += 1000;
    const second = ask();
    expect(second).toMatchObject({ expire: 7200 });
    expect(second.tenant_access_token).not.toBe(first.tenant_access_token);
    expect((await get(sandbox, LIST, String(first.tenant_access_token))).code).toBe(0);
    now = 121 * 60_000;
    expect((await get(sandbox, LIST, String(first.tenant_access_token))).code).toBe(99991663);
  });

  it("are rejected with Feishu's codes", async () => {
    const sandbox = await open();
    expect(await get(sandbox, LIST, "")).toMatchObject({ status: 400, code: 99991661 });
    expect(await get(sandbox, LIST, "x-1")).toMatchObject({ status: 400, code: 99991671 });
    expect(await get(sandbox, LIST, "t-1")).toMatchObject({ status: 400, code: 99991663 });
    expect(sandbox.tokens.issue("", "x")).toMatchObject({ code: 10003 });
    expect(sandbox.tokens.issue("cli_1", "wrong")).toMatchObject({ code: 10014 });
  });
});

describe("parameters", () => {
  it.each([
    [`${LIST}&page_size=21`, 400, 99992402],
    [`${LIST}&page_size=0`, 400, 99992402],
    [`${LIST}&page_size=x`, 400, 99992402],
    ["hire/v1/exam_marking_tasks", 400, 99992402],
    [`${LIST}&user_id_type=email`, 400, 99992402],
    [`${LIST}&activity_status=3`, 400, 1002002],
    [`${LIST}&page_token=rubbish`, 400, 1002002],
    ["hire/v1/exam_marking_tasks?user_id=ou_unknown", 400, 99992351],
    ["hire/v1/jobs/1", 404, 1002601],
    ["hire/v2/talents/1", 404, 1002102],
    ["hire/v1/applications/1", 400, 1002201],
    ["hire/v1/nothing", 404, 99991201],
  ])("%s is HTTP %i with code %i", async (path, status, code) => {
    const answer = await get(await open(), path);
    expect(answer).toMatchObject({ status, code });
    expect(answer.headers.get("x-tt-logid")).toMatch(/^\d{14}[0-9A-F]{18}$/);
  });

  it("default to a page size of 10, with page tokens of the documented form", async () => {
    const { data } = await get(await open(), LIST);
    expect(data?.items).toHaveLength(10);
    const token = JSON.parse(Buffer.from(data?.page_token ?? "", "base64").toString());
    expect(token).toEqual({ offset: 10, timestamp: expect.any(Number), id: null });
  });
});

describe("quotas", () => {
  it("throttle with 99991400, HTTP 429 and both headers, per app", async () => {
    const sandbox = await open({ now: () => 0 });
    for (let i = 0; i < 50; i++) expect((await get(sandbox, LIST)).code).toBe(0);
    const refused = await get(sandbox, LIST);
    expect(refused).toMatchObject({ status: 429, code: 99991400 });
    expect(refused.headers.get("x-ogw-ratelimit-limit")).toBe("50");
    expect(refused.headers.get("x-ogw-ratelimit-reset")).toBe("1");
    const other = String(sandbox.tokens.issue("cli_2", SANDBOX_SECRET).tenant_access_token);
    expect((await get(sandbox, LIST, other)).code).toBe(0);
    expect(sandbox.throttledCalls()).toBe(1);
  });

  it("count in sliding windows, or in fixed ones that allow twice the limit at their edge", () => {
    let now = 900;
    const quotas = { job: [{ limit: 2, windowMs: 1000 }] };
    const sliding = createQuotaKeeper(() => now, quotas, "sliding");
    const fixed = createQuotaKeeper(() => now, quotas, "fixed");
    const both = () => [sliding.admit("job", "a").allowed, fixed.admit("job", "a").allowed];
    expect([both(), both(), both()]).toEqual([
      [true, true],
      [true, true],
      [false, false],
    ]);
    now = 1000;
    expect([both(), both(), both()]).toEqual([
      [false, true],
      [false, true],
      [false, false],
    ]);
    now = 1901;
    expect(both()).toEqual([true, false]);
  });
});

describe("the standalone sandbox", () => {
  it("is controlled over HTTP", async () => {
    const sandbox = await open();
    const control = (method: string, path: string, body?: object) =>
      fetch(`${sandbox.url}/_sandbox/${path}`, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
    const added = (await (await control("POST", "markers", { count: 3 })).json()) as { ids: { open_id: string } };
    const list = `hire/v1/exam_marking_tasks?user_id=${added.ids.open_id}`;
    expect((await get(sandbox, list)).data?.items).toHaveLength(3);
    await control("POST", "faults", { kind: "throttle", on: { contains: added.ids.open_id } });
    expect((await get(sandbox, list)).code).toBe(99991400);
    expect((await get(sandbox, list)).code).toBe(0);
    const counts = await (await control("GET", "calls")).json();
    expect(counts).toEqual({ calls: { "GET /open-apis/hire/v1/exam_marking_tasks": 3 }, throttled: 0 });
    for (const wrong of [{ kind: "nonsense" }, { on: {} }])
      expect((await control("POST", "faults", wrong)).status).toBe(400);
    expect((await control("POST", "markers", { count: -1 })).status).toBe(400);
  });
});
