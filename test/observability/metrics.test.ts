import { describe, expect, it } from "vitest";
import { startSandbox } from "../../src/sandbox/server.js";
import { createHarness, type Harness, TASKS } from "../support/harness.js";
import { METRICS } from "../support/metrics.js";
import { EVENTS_ENV, registerWebhook } from "../support/store-app.js";

const scrape = async ({ url }: Harness): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** Returns the value of one series, or `undefined` if it is missing. */
function seriesOf(text: string, series: string): number | undefined {
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

const sumOf = (text: string, name: string): number =>
  text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);

const LIST = `query Mine($id: ID!) { examMarkingTasks(userId: $id, first: 5) { edges { node { talent { name } job { title } } } } }`;

describe("GET /metrics", () => {
  it("has the metrics that dashboards and alerts use, with the expected kinds and labels", async () => {
    const harness = await createHarness({ env: EVENTS_ENV });
    registerWebhook(harness.sandbox, harness.url);
    const id = harness.sandbox.world.markers[0]?.ids.open_id;
    const [first, second] = [harness.askText(LIST, { id }), harness.askText(LIST, { id })];
    await Promise.all([first, second]);
    await harness.sandbox.webhooks.send({
      appId: "cli_test",
      type: "hire.talent.deleted_v1",
      tenantKey: "t",
      event: {},
    });
    const text = await scrape(harness);
    for (const [name, { kind, labels }] of Object.entries(METRICS)) {
      // Process metrics exist once per process, and a test process runs many services.
      if (!name.startsWith("feishu_")) continue;
      expect(text, name).toContain(`# TYPE ${name} ${kind}`);
      const series = text.split("\n").find((line) => line.startsWith(`${name}{`));
      for (const label of labels) if (series) expect(series, name).toContain(`${label}="`);
    }
  });

  it("counts upstream calls, the cost of operations, and saved calls", async () => {
    const harness = await createHarness({ env: { CACHE_TTL_TALENT_S: "60" } });
    const id = harness.sandbox.world.markers[0]?.ids.open_id;
    for (let i = 0; i < 2; i++) await harness.askText(LIST, { id });
    await harness.askText("{ nothing }");
    const text = await scrape(harness);
    expect(sumOf(text, "feishu_upstream_calls_total")).toBe(harness.calls());
    expect(seriesOf(text, `feishu_upstream_calls_total{endpoint="GET /open-apis${TASKS}",outcome="ok"}`)).toBe(2);
    expect(seriesOf(text, 'feishu_hire_operations_total{outcome="ok"}')).toBe(2);
    expect(seriesOf(text, 'feishu_hire_operations_total{outcome="BAD_USER_INPUT"}')).toBe(1);
    expect(sumOf(text, "feishu_hire_operation_paid_calls_sum")).toBe(harness.calls());
    expect(sumOf(text, "feishu_hire_operation_predicted_calls_sum")).toBeGreaterThanOrEqual(harness.calls());
    const held = 'feishu_hire_saved_calls_total{endpoint="GET /open-apis/hire/v2/talents/:talent_id",reason="cache"}';
    expect(seriesOf(text, held)).toBe(5);
  });

  it("counts failures by code and reports an open circuit", async () => {
    const harness = await createHarness();
    const id = harness.sandbox.world.markers[0]?.ids.open_id;
    harness.sandbox.faults.arm({ kind: "reset", on: { contains: "exam_marking_tasks", times: 0 } });
    for (let i = 0; i < 12; i++) await harness.askText(LIST, { id });
    const text = await scrape(harness);
    const endpoint = `endpoint="GET /open-apis${TASKS}"`;
    // Ten that the breaker counts, and one on a connection that was used before, which shows nothing.
    expect(seriesOf(text, `feishu_upstream_calls_total{${endpoint},outcome="UPSTREAM_UNAVAILABLE"}`)).toBe(11);
    expect(seriesOf(text, `feishu_upstream_breaker{${endpoint}}`)).toBe(2);
    expect(seriesOf(text, 'feishu_hire_operations_total{outcome="UPSTREAM_UNAVAILABLE"}')).toBe(12);
  });

  it("reports waiting calls and the remaining quota", async () => {
    const quotas = { [`GET /open-apis${TASKS}`]: [{ limit: 1, windowMs: 60_000 }] };
    const sandbox = await startSandbox({ quotas });
    const harness = await createHarness({
      sandbox,
      env: { FEISHU_QUOTAS: JSON.stringify(quotas), REQUEST_DEADLINE_MS: "600000" },
    });
    const id = harness.sandbox.world.markers[0]?.ids.open_id;
    await harness.askText(LIST, { id });
    const leaving = new AbortController();
    const ask = () =>
      fetch(`${harness.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", "cache-control": "no-cache" },
        body: JSON.stringify({ query: LIST, variables: { id } }),
        signal: leaving.signal,
      }).catch(() => {});
    const waiting = [ask()];
    const endpoint = `{endpoint="GET /open-apis${TASKS}"}`;
    await expect.poll(async () => seriesOf(await scrape(harness), `feishu_upstream_waiting${endpoint}`)).toBe(1);
    expect(seriesOf(await scrape(harness), `feishu_upstream_budget_left${endpoint}`)).toBe(0);
    leaving.abort();
    await Promise.all(waiting);
    await expect.poll(async () => seriesOf(await scrape(harness), `feishu_upstream_waiting${endpoint}`)).toBe(0);
  });

  it("has bounded series and no personal labels", async () => {
    const harness = await createHarness({ env: EVENTS_ENV });
    registerWebhook(harness.sandbox, harness.url);
    const ids = harness.sandbox.world.markers.map(({ ids: { open_id } }) => open_id);
    const round = async (n: number) => {
      for (const id of ids)
        await harness.askText(LIST.replace("Mine", `Mine${n}`), { id }, { "x-request-id": `request-${n}-abc` });
      await harness.sandbox.webhooks.send({
        appId: "cli_test",
        type: `invented.event_${n}`,
        tenantKey: `t${n}`,
        event: {},
      });
    };
    await round(0);
    const before = (await scrape(harness)).split("\n").length;
    for (let n = 1; n < 10; n++) await round(n);
    const text = await scrape(harness);
    expect(text.split("\n").length).toBe(before);
    for (const secret of [...ids, "Mine", "request-", "cli_test", "invented"]) expect(text).not.toContain(secret);
  });
});
