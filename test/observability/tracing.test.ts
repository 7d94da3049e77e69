import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { describe, expect, it } from "vitest";
import { createHarness, type HarnessOptions } from "../support/harness.js";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const traceparent = `00-${TRACE_ID}-${PARENT}-01`;
const LIST = `query Mine($id: ID!) { examMarkingTasks(userId: $id, first: 5) { edges { node { talent { name } job { title } } } } }`;

async function createTraced(options: HarnessOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const traces = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const harness = await createHarness({ ...options, traces });
  const id = harness.sandbox.world.markers[0]?.ids.open_id;
  const spans = () => exporter.getFinishedSpans();
  const operations = () => spans().filter(({ name }) => !name.includes("/open-apis/"));
  return { ...harness, id, spans, operations };
}

describe("traces", () => {
  it("have one span per operation and per call, continue the client's trace, and pass it on to Feishu", async () => {
    const harness = await createTraced();
    const sent: string[] = [];
    harness.sandbox.events.on("call", (key, _, headers) => {
      if (!key.includes("/auth/")) sent.push(String(headers.traceparent));
    });
    const { errors } = await harness.askText(LIST, { id: harness.id }, { traceparent });
    expect(errors).toBeUndefined();
    // Fields have no spans: a page has hundreds of fields.
    expect(harness.spans()).toHaveLength(1 + harness.calls());
    const [operation] = harness.operations();
    expect(operation).toMatchObject({ name: "Mine", parentSpanContext: { spanId: PARENT } });
    expect(operation?.attributes).toMatchObject({ "feishu.tenant": "cli_test", "feishu.paid_calls": harness.calls() });
    for (const span of harness.spans()) expect(span.spanContext().traceId).toBe(TRACE_ID);
    const calls = harness.spans().filter((span) => span !== operation);
    for (const { parentSpanContext, attributes } of calls) {
      expect(parentSpanContext?.spanId).toBe(operation?.spanContext().spanId);
      expect(attributes).toMatchObject({
        "feishu.log_id": expect.any(String),
        "feishu.queue_ms": expect.any(Number),
        "feishu.extra": false,
      });
    }
    expect(sent.map((header) => header.split("-")[2]).sort()).toEqual(
      calls.map((span) => span.spanContext().spanId).sort(),
    );
  });

  it("link a coalesced read to the operation that started it", async () => {
    const harness = await createTraced();
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "exam_marking_tasks" } });
    const first = harness.askText(LIST, { id: harness.id });
    await harness.callsReach(1);
    const second = harness.askText(LIST.replace("Mine", "Yours"), { id: harness.id });
    await harness.requestsReach(2);
    await harness.askText("{ __typename }");
    held.release();
    await Promise.all([first, second]);
    const byName = new Map(harness.operations().map((span) => [span.name, span]));
    const [link] = byName.get("Yours")?.links ?? [];
    expect(link?.context.spanId).toBe(byName.get("Mine")?.spanContext().spanId);
    expect(byName.get("Yours")?.attributes).toMatchObject({ "feishu.paid_calls": 0 });
  });

  it("name the failure without personal data", async () => {
    const harness = await createTraced();
    harness.sandbox.faults.arm({
      kind: "status",
      httpStatus: 500,
      code: 1002001,
      on: { contains: "talents/", times: 0 },
    });
    await harness.askText(LIST, { id: harness.id });
    const failed = harness.spans().filter(({ status }) => status.message === "UPSTREAM_UNAVAILABLE");
    expect(failed.length).toBeGreaterThan(4);
    for (const { name, attributes } of failed) {
      expect(name).toBe("GET /open-apis/hire/v2/talents/:talent_id");
      expect(attributes).toMatchObject({ "feishu.code": 1002001, "http.response.status_code": 500 });
    }
    const told = JSON.stringify(harness.spans().map(({ name, attributes, status }) => ({ name, attributes, status })));
    for (const personal of [harness.id, ...harness.sandbox.tokens.all()]) expect(told).not.toContain(personal);
  });

  it("are not started when disabled, and an invalid trace context is ignored", async () => {
    const harness = await createTraced();
    for (const wrong of ["", "00-zz-zz-01", "x".repeat(500), `00-${"0".repeat(32)}-${PARENT}-01`]) {
      const { errors } = await harness.askText("{ __typename }", {}, { traceparent: wrong });
      expect(errors).toBeUndefined();
    }
    expect(harness.operations()).toHaveLength(4);
    const silent = await createHarness();
    const seen: unknown[] = [];
    silent.sandbox.events.on("call", (_, __, headers) => seen.push(headers.traceparent));
    await silent.askText(LIST, { id: harness.id }, { traceparent });
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });
});
