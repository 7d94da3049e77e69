import type { FastifyBaseLogger, FastifyRequest } from "fastify";
import { mayExplain } from "../authz/policy.js";
import { type AppConfig, cursorSecretOf } from "../config/config.js";
import type { Clock } from "../core/clock.js";
import type { GatewayAccess } from "../graph/context.js";
import { toPublicError } from "../graph/errors.js";
import { type CallStats, createCallStats, createLoaders } from "../loaders/index.js";
import type { JobMirror } from "../loaders/job-mirror.js";
import type { Metrics } from "../observability/metrics.js";
import type { Tracing } from "../observability/tracing.js";
import { keyOf } from "../server/auth/authenticate.js";
import { isGateway } from "../server/auth/gateway-secret.js";
import { upstreamDetailsOf } from "../server/graphql/client-errors.js";
import { createFreshnessGauge, wantsFresh } from "../server/graphql/freshness.js";
import { preferredLocale } from "../server/graphql/locale.js";
import { type CreateContext, createOperations } from "../server/graphql/operation.js";
import type { Tenants } from "./tenants.js";

/** Dependencies of all request contexts. */
export interface ContextParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly tenants: Tenants;
  readonly mirror: JobMirror | null;
  readonly metrics: Metrics;
  /** `null`: operations are not traced. */
  readonly tracing: Tracing | null;
}

/** Creates the context of one operation: loaders, call statistics, access and deadline. */
export function createContexts({ config, clock, log, tenants, mirror, metrics, tracing }: ContextParts): CreateContext {
  const { basicNames, jointReads, credentials } = config;
  const settings = {
    maxFirst: config.maxFirst,
    cursorSecret: cursorSecretOf(config.cursorSecret, credentials.appSecret),
  };
  const startOperation = createOperations(clock, config.deadlineMs);
  return async (request, client, caller) => {
    const startedAtMs = clock.now();
    const { id: tenant, reads, limiter, live } = tenants.of(caller);
    const gauge = createFreshnessGauge(clock);
    const trace = tracing?.operation(request.headers, startedAtMs);
    const callStats = createCallStats(startedAtMs, trace?.call);
    const readContext = {
      ...startOperation(request, client),
      fresh: wantsFresh(request),
      caller: keyOf(caller, request),
      observer: callStats,
      onAnswer: gauge.note,
      ...(trace && { trace }),
    };
    return {
      requestId: request.id,
      loaders: createLoaders(reads, readContext, { basicNames, jointReads, mirror }, caller),
      live,
      callStats,
      settings: { ...settings, tenant },
      remainingOf: limiter.remaining,
      gatewayAccess: gatewayAccessOf(request, config),
      mayExplain: config.isSandbox || mayExplain(caller),
      locale: preferredLocale(request),
      ended(name, outcome) {
        const endedAtMs = clock.now();
        const record = {
          outcome,
          durationMs: endedAtMs - startedAtMs,
          predictedCalls: callStats.estimate(),
          lines: callStats.byEndpoint(),
        };
        metrics.operation(record);
        const { paid, saved } = sumOf(record.lines);
        const about = {
          requestId: request.id,
          operationName: name,
          tenant,
          outcome,
          predictedCalls: record.predictedCalls,
          paidCalls: paid,
          savedCalls: saved,
        };
        log.info({ ...about, ms: Math.round(record.durationMs) }, "operation");
        trace?.end({ endedAtMs, name, isFailed: outcome !== "ok", attributes: attributesOf(about) });
      },
      freshForMs: gauge.shortestMs,
      logError(error, fieldName) {
        const { code, upstream } = toPublicError(error);
        const about = { requestId: request.id, fieldName, code, upstream };
        log.warn({ ...about, ...upstreamDetailsOf(error) }, "List interrupted");
        // A partial list must not be reused.
        gauge.note(0);
      },
    };
  };
}

/** With a secret, only gateways that send it use `_entities` and `_service`; without one, `_service` follows introspection. */
function gatewayAccessOf(request: FastifyRequest, { gatewaySecret, introspection }: AppConfig): GatewayAccess {
  if (gatewaySecret === null) return { _entities: true, _service: introspection };
  const isOpen = isGateway(request, gatewaySecret);
  return { _entities: isOpen, _service: isOpen };
}

/** Sums the calls made and saved. */
function sumOf(lines: ReturnType<CallStats["byEndpoint"]>): { readonly paid: number; readonly saved: number } {
  let paid = 0;
  let saved = 0;
  for (const { calls, extraCalls, cache, coalesced } of lines.values()) {
    paid += calls + extraCalls;
    saved += cache + coalesced;
  }
  return { paid, saved };
}

/** Returns an operation's span attributes. */
const attributesOf = ({
  requestId,
  tenant,
  predictedCalls,
  paidCalls,
  savedCalls,
}: {
  readonly requestId: string;
  readonly tenant: string;
  readonly predictedCalls: number | null;
  readonly paidCalls: number;
  readonly savedCalls: number;
}) => ({
  "feishu.tenant": tenant,
  "http.request_id": requestId,
  ...(predictedCalls !== null && { "feishu.predicted_calls": predictedCalls }),
  "feishu.paid_calls": paidCalls,
  "feishu.saved_calls": savedCalls,
});
