import { readdirSync, readFileSync } from "node:fs";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import variablesOfExamples from "../../../examples/queries/variables.json" with { type: "json" };
import type { CostReport } from "../../../src/graph/cost/report.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { MARKER } from "../../support/fixtures.js";
import { createHarness, type Harness, type HarnessOptions, TALENT, TASKS } from "../../support/harness.js";
import { ROOT } from "../../support/process.js";
import { createSignedInHarness, signedIn } from "../../support/signed-in.js";

const LIST = `query Tasks($first: Int = 3) { examMarkingTasks(userId: "${MARKER}", first: $first) { edges { node { id talent { name } job { department { name { text } } } } } } }`;
const HELD = { CACHE_TTL_PAGE_S: "1", CACHE_TTL_TALENT_S: "60", CACHE_TTL_JOB_S: "60" };

interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: unknown;
  readonly cost: CostReport;
}

async function ask(
  harness: Harness,
  headers: Readonly<Record<string, string>> = {},
  variables: object = {},
): Promise<Got> {
  const response = await fetch(`${harness.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query: LIST, variables }),
  });
  const text = await response.text();
  const { data, extensions } = JSON.parse(text);
  return { status: response.status, headers: response.headers, text, data, cost: extensions?.cost };
}

describe("equal operations", () => {
  it("in flight run once, and each reports its own cost", async () => {
    const harness = await createHarness({ clock: createFakeClock() });
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "exam_marking_tasks" } });
    const first = ask(harness);
    await harness.callsReach(1);
    const others = Array.from({ length: 20 }, () => ask(harness));
    await harness.requestsReach(21);
    // This request comes after the others: its response shows that they have been received.
    await fetch(`${harness.url}/health/live`);
    held.release();
    const [led, ...joined] = await Promise.all([first, ...others]);
    expect(harness.calls(TASKS)).toBe(1);
    expect(led?.cost).toMatchObject({ actual: harness.calls(), saved: { cache: 0 } });
    for (const { data, cost } of joined) {
      expect(data).toEqual(led?.data);
      expect(cost).toMatchObject({ requested: led?.cost.requested, actual: 0 });
    }
  });

  it("get the same cached bytes, for at most the TTL of a page", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock, env: HELD });
    const led = await ask(harness);
    await clock.advance(400);
    const [one, two] = [await ask(harness), await ask(harness)];
    expect(one.text).toBe(two.text);
    expect(one.data).toEqual(led.data);
    expect(one.cost).toMatchObject({
      actual: 0,
      saved: { cache: led.cost.actual + led.cost.saved.coalesced, coalesced: 0 },
    });
    expect(harness.calls(TASKS)).toBe(1);
    await clock.advance(600);
    const anew = await ask(harness);
    expect(anew.cost).toMatchObject({ actual: 1 });
    expect([harness.calls(TASKS), harness.calls(TALENT)]).toEqual([2, 3]);
  });

  it("share an ETag, and a GET that sends it gets HTTP 304", async () => {
    const harness = await createHarness({ clock: createFakeClock(), env: HELD });
    // Not with fetch, which turns a conditional request into an uncached one.
    const get = async (headers: Record<string, string> = {}) => {
      const path = `${harness.url}/graphql?query=${encodeURIComponent(LIST)}`;
      const answer = await request(path, { headers: { "apollo-require-preflight": "1", ...headers } });
      return { status: answer.statusCode, etag: String(answer.headers.etag), text: await answer.body.text() };
    };
    await get();
    const { etag } = await get();
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
    for (const header of [etag, etag.slice(2), `"x", ${etag}`, "*"]) {
      expect(await get({ "if-none-match": header })).toEqual({ status: 304, text: "", etag });
    }
    expect((await get({ "if-none-match": '"another"' })).status).toBe(200);
    expect(harness.calls(TASKS)).toBe(1);
  });
});

it("an operation does not join one that started longer ago than the TTL of a page", async () => {
  const clock = createFakeClock();
  const harness = await createHarness({ clock, env: HELD });
  const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "talents/", times: 0 } });
  const first = ask(harness);
  await harness.callsReach(2);
  await clock.advance(1500);
  const second = ask(harness);
  await expect.poll(() => harness.calls(TASKS)).toBe(2);
  held.release();
  expect((await first).data).toEqual((await second).data);
  // Its list page is too old to be served now.
  expect((await ask(harness)).cost.saved.cache).toBeGreaterThan(0);
});

describe("operations that are not equal", () => {
  it.each([
    ["other variables", {}, { first: 2 }],
    ["another language", { "accept-language": "en" }, {}],
    ["an uncached response", { "cache-control": "no-cache" }, {}],
    ["an explanation", { "x-explain": "calls" }, {}],
  ])("run separately: %s", async (_, headers, variables) => {
    const harness = await createHarness({ clock: createFakeClock(), env: HELD });
    const first = await ask(harness, { "accept-language": "zh" });
    const other = await ask(harness, { "accept-language": "zh", ...headers }, variables);
    expect(other.headers.get("etag")).toBeNull();
    if ("accept-language" in headers) expect(other.data).not.toEqual(first.data);
  });

  it("include those of other callers, and of the same caller with other scopes", async () => {
    const harness = await createSignedInHarness({ env: { ...HELD, CACHE_TTL_PAGE_S: "60" } });
    const owner = await signedIn(harness, MARKER);
    const query = `{ viewer { examMarkingTasks(first: 1) { edges { node { talent { email } } } } } }`;
    const get = async (headers: Record<string, string>) => {
      const { data, errors } = await harness.askText(query, {}, headers);
      return [data?.viewer?.examMarkingTasks.edges[0]?.node.talent.email ?? null, errors?.[0]?.extensions.code ?? null];
    };
    const withPii = await signedIn(harness, MARKER, ["hire:talent:pii"]);
    const [email] = await get(withPii);
    expect(email).toContain("@");
    expect(await get(withPii)).toEqual([email, null]);
    expect(await get(owner)).toEqual([null, "FORBIDDEN"]);
    expect((await get(await signedIn(harness, "ou_nobody", ["hire:talent:pii"])))[0]).toBeNull();
    expect(await get({})).toEqual([null, "UNAUTHENTICATED"]);
  });

  it("include cross-site links, which receive no cached response", async () => {
    const harness = await createHarness({ env: { ...HELD, CACHE_TTL_PAGE_S: "60" } });
    const link = `${harness.url}/graphql?query=${encodeURIComponent(LIST)}`;
    expect((await fetch(link, { headers: { "apollo-require-preflight": "1" } })).status).toBe(200);
    expect((await fetch(link)).status).toBe(400);
  });
});

describe("an operation that fails", () => {
  it("is not shared: a response with errors is never reused", async () => {
    const harness = await createHarness({ env: { ...HELD, CACHE_TTL_PAGE_S: "60" } });
    const refused = { kind: "status", httpStatus: 400, code: 1002002 } as const;
    harness.sandbox.faults.arm({ ...refused, on: { contains: "talents/" } });
    expect((await ask(harness)).text).toContain('"errors"');
    const again = await ask(harness);
    expect(again.text).not.toContain('"errors"');
    expect(again.cost.actual).toBe(1);
  });

  it("does not fail its waiters when the first caller disconnects", async () => {
    const harness = await createHarness({ clock: createFakeClock() });
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "exam_marking_tasks" } });
    const leaving = new AbortController();
    const body = JSON.stringify({ query: LIST, variables: {} });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body };
    const left = fetch(`${harness.url}/graphql`, { ...init, signal: leaving.signal }).catch(() => "left");
    await harness.callsReach(1);
    const stayed = ask(harness);
    await harness.requestsReach(2);
    await fetch(`${harness.url}/health/live`);
    leaving.abort();
    expect(await left).toBe("left");
    held.release();
    expect(await stayed).toMatchObject({ status: 200, data: { examMarkingTasks: { edges: { length: 3 } } } });
  });
});

it("answers are the same with and without sharing", async () => {
  const start = (SHARED_ANSWERS: string) =>
    createHarness({ env: { ...HELD, CACHE_TTL_PAGE_S: "60", SHARED_ANSWERS } } satisfies HarnessOptions);
  const [shared, alone] = [await start("on"), await start("off")];
  for (const name of readdirSync(`${ROOT}examples/queries`).filter((file) => file.endsWith(".graphql"))) {
    const query = readFileSync(`${ROOT}examples/queries/${name}`, "utf8");
    const variables = variablesOfExamples[name.replace(".graphql", "") as keyof typeof variablesOfExamples];
    const expected = withoutCursors((await alone.askText(query, variables)).data);
    for (let i = 0; i < 3; i++) {
      expect(withoutCursors((await shared.askText(query, variables)).data)).toBe(expected);
    }
  }
});

/** Removes cursors: like Feishu's tokens, they contain the time. */
const withoutCursors = (data: unknown): string =>
  JSON.stringify(data).replace(/"(endCursor|cursor)":"[^"]*"/g, '"$1":"…"');
