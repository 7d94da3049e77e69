/** Kind and labels of a metric. */
export interface MetricShape {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
}

/** Every metric that a dashboard or an alert may name. */
export const METRICS: Readonly<Record<string, MetricShape>> = {
  feishu_hire_operations_total: { kind: "counter", labels: ["outcome"] },
  feishu_hire_operation_seconds: { kind: "histogram", labels: [] },
  feishu_hire_operation_predicted_calls: { kind: "histogram", labels: [] },
  feishu_hire_operation_paid_calls: { kind: "histogram", labels: [] },
  feishu_hire_saved_calls_total: { kind: "counter", labels: ["endpoint", "reason"] },
  feishu_hire_shared_answers_total: { kind: "counter", labels: ["how"] },
  feishu_upstream_calls_total: { kind: "counter", labels: ["endpoint", "outcome"] },
  feishu_upstream_call_seconds: { kind: "histogram", labels: ["endpoint"] },
  feishu_upstream_queue_seconds: { kind: "histogram", labels: ["endpoint"] },
  feishu_upstream_budget_left: { kind: "gauge", labels: ["endpoint"] },
  feishu_upstream_waiting: { kind: "gauge", labels: ["endpoint"] },
  feishu_upstream_breaker: { kind: "gauge", labels: ["endpoint"] },
  feishu_hire_events_total: { kind: "counter", labels: ["type", "outcome"] },
  feishu_hire_subscriptions: { kind: "gauge", labels: [] },
  nodejs_eventloop_lag_p99_seconds: { kind: "gauge", labels: [] },
  process_resident_memory_bytes: { kind: "gauge", labels: [] },
  process_cpu_seconds_total: { kind: "counter", labels: [] },
};

/** Returns the current value of a metric without labels. */
export async function gaugeOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

/** Polls until a metric has the value. */
export async function becomes(url: string, name: string, value: number): Promise<void> {
  while ((await gaugeOf(url, name)) !== value);
}
