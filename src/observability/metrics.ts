import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { CallObserver, CallRecord } from "../feishu/call.js";
import { ENDPOINTS } from "../feishu/endpoints.js";
import type { EndpointCounts } from "../loaders/index.js";

/** Result of an operation. */
export interface OperationRecord {
  /** `ok`, or the code of its first error. */
  readonly outcome: string;
  readonly durationMs: number;
  /** Estimate: calls at worst, computed before it ran; `null` when it was never estimated. */
  readonly predictedCalls: number | null;
  /** Call counts by endpoint. */
  readonly lines: ReadonlyMap<string, EndpointCounts>;
}

/** Current state of an endpoint, across all tenants. */
export interface EndpointState {
  /** Lowest remaining quota of any tenant; `null` without a quota. */
  readonly remaining: number | null;
  /** Number of calls that wait. */
  readonly waiting: number;
  /** Lowest limit that Feishu has reported for a tenant, while it is in force; `null` without one. */
  readonly ceiling: number | null;
  /** Worst circuit breaker state of any tenant. */
  readonly breaker: "closed" | "half-open" | "open";
}

/** Prometheus metrics of the service. Labels are endpoints and words of short lists, never ids or names. */
export interface Metrics extends CallObserver {
  operation(record: OperationRecord): void;
  /** Counts an operation answered with the result of an equal one. */
  shared(how: "cache" | "coalesced"): void;
  /** Counts a request to the webhook. */
  event(type: string, outcome: "taken" | "repeated" | "refused"): void;
  /** Sets the number of open subscriptions. */
  subscriptions(open: number): void;
  /** Returns the text that Prometheus scrapes, and its content type. */
  expose(): Promise<{ readonly text: string; readonly contentType: string }>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const CALLS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** Event types with their own label value. Any other type counts as `other`, because their number is unbounded. */
const EVENT_TYPES: ReadonlySet<string> = new Set([
  "app_ticket",
  "hire.application.stage_changed_v1",
  "hire.application.deleted_v1",
  "hire.talent.deleted_v1",
  "hire.talent.tag_subscription_v1",
  "contact.user.updated_v3",
  "contact.user.deleted_v3",
]);

const BREAKER_STATES = { closed: 0, "half-open": 1, open: 2 } as const;

/** Rule by which calls count as arrived: see `ArrivalEstimate`. */
export interface ArrivalState {
  readonly marginMs: number;
  readonly countsToEnd: boolean;
}

/** Sources that are read when Prometheus scrapes. */
export interface MetricSources {
  stateOf(endpoint: string): EndpointState;
  arrival(): ArrivalState;
}

/** Creates the metrics. `ofProcess` adds memory, processor time and the lag of the event loop. */
export function createMetrics(sources: MetricSources, ofProcess: boolean): Metrics {
  const register = new Registry();
  if (ofProcess) collectDefaultMetrics({ register });
  const {
    operations,
    operationSeconds,
    predicted,
    paid,
    saved,
    answers,
    calls,
    callSeconds,
    queueSeconds,
    events,
    subscriptions,
  } = createInstruments([register]);
  watchEndpoints([register], sources.stateOf);
  watchArrival([register], sources.arrival);

  return {
    ended({ endpoint, queuedAtMs, startedAtMs, endedAtMs, failure }: CallRecord) {
      calls.inc({ endpoint, outcome: failure ?? "ok" });
      callSeconds.observe({ endpoint }, (endedAtMs - startedAtMs) / 1000);
      queueSeconds.observe({ endpoint }, (startedAtMs - queuedAtMs) / 1000);
    },
    operation({ outcome, durationMs, predictedCalls, lines }) {
      operations.inc({ outcome });
      operationSeconds.observe(durationMs / 1000);
      if (predictedCalls !== null) predicted.observe(predictedCalls);
      let made = 0;
      for (const [endpoint, line] of lines) {
        made += line.calls + line.extraCalls;
        if (line.cache > 0) saved.inc({ endpoint, reason: "cache" }, line.cache);
        if (line.coalesced > 0) saved.inc({ endpoint, reason: "coalesced" }, line.coalesced);
      }
      paid.observe(made);
    },
    shared: (how) => answers.inc({ how }),
    event: (type, outcome) => events.inc({ type: EVENT_TYPES.has(type) ? type : "other", outcome }),
    subscriptions: (open) => subscriptions.set(open),
    expose: async () => ({ text: await register.metrics(), contentType: register.contentType }),
  };
}

/** Creates the instruments, each under its name. */
function createInstruments(registers: Registry[]) {
  return {
    operations: new Counter({
      name: "feishu_hire_operations_total",
      help: "GraphQL operations by outcome: ok, or the code of the first error.",
      labelNames: ["outcome"],
      registers,
    }),
    operationSeconds: new Histogram({
      name: "feishu_hire_operation_seconds",
      help: "Seconds from a request to its answer.",
      buckets: SECONDS,
      registers,
    }),
    predicted: new Histogram({
      name: "feishu_hire_operation_predicted_calls",
      help: "Estimated upstream calls of an operation at worst.",
      buckets: CALLS,
      registers,
    }),
    paid: new Histogram({
      name: "feishu_hire_operation_paid_calls",
      help: "Actual upstream calls of an operation.",
      buckets: [0, ...CALLS],
      registers,
    }),
    saved: new Counter({
      name: "feishu_hire_saved_calls_total",
      help: "Calls saved because the answer was cached or an equal read was in flight.",
      labelNames: ["endpoint", "reason"],
      registers,
    }),
    answers: new Counter({
      name: "feishu_hire_shared_answers_total",
      help: "Operations answered with the result of an equal operation, cached or in flight.",
      labelNames: ["how"],
      registers,
    }),
    calls: new Counter({
      name: "feishu_upstream_calls_total",
      help: "Calls of Feishu's endpoints by outcome: ok, or the error code.",
      labelNames: ["endpoint", "outcome"],
      registers,
    }),
    callSeconds: new Histogram({
      name: "feishu_upstream_call_seconds",
      help: "Seconds from sending a call to its answer.",
      labelNames: ["endpoint"],
      buckets: SECONDS,
      registers,
    }),
    queueSeconds: new Histogram({
      name: "feishu_upstream_queue_seconds",
      help: "Seconds that a call waited in the quota's queue.",
      labelNames: ["endpoint"],
      buckets: SECONDS,
      registers,
    }),
    events: new Counter({
      name: "feishu_hire_events_total",
      help: "Requests to the webhook.",
      labelNames: ["type", "outcome"],
      registers,
    }),
    subscriptions: new Gauge({
      name: "feishu_hire_subscriptions",
      help: "Open subscriptions.",
      registers,
    }),
  };
}

function watchArrival(registers: Registry[], arrival: () => ArrivalState): void {
  new Gauge({
    name: "feishu_upstream_arrival_margin_seconds",
    help: "Margin in seconds within which sent calls count as arrived; grows when Feishu throttles within the quota.",
    registers,
    collect() {
      this.set(arrival().marginMs / 1000);
    },
  });
  new Gauge({
    name: "feishu_upstream_counts_to_end",
    help: "1 while calls count until they end because Feishu has throttled within the quota, otherwise 0.",
    registers,
    collect() {
      this.set(arrival().countsToEnd ? 1 : 0);
    },
  });
}

/** Registers the gauges that are read only when Prometheus scrapes. */
function watchEndpoints(registers: Registry[], stateOf: MetricSources["stateOf"]): void {
  const gauge = (name: string, help: string, read: (state: EndpointState) => number | null): void => {
    new Gauge({
      name,
      help,
      labelNames: ["endpoint"],
      registers,
      collect() {
        this.reset();
        for (const { key } of Object.values(ENDPOINTS)) {
          const value = read(stateOf(key));
          if (value !== null) this.set({ endpoint: key }, value);
        }
      },
    });
  };
  gauge("feishu_upstream_budget_left", "Calls that may start now within the quota.", ({ remaining }) => remaining);
  gauge("feishu_upstream_waiting", "Calls waiting in the quota's queue.", ({ waiting }) => waiting);
  gauge(
    "feishu_upstream_ceiling",
    "Limit that Feishu has reported, in calls, while it is lower than the configured one.",
    ({ ceiling }) => ceiling,
  );
  gauge(
    "feishu_upstream_breaker",
    "State of the endpoint's circuit breaker: 0 closed, 1 half-open, 2 open.",
    ({ breaker }) => BREAKER_STATES[breaker],
  );
}
