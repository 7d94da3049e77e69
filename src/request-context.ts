import type { FastifyBaseLogger, FastifyRequest } from "fastify";
import { mayExplain } from "./authz/policy.js";
import type { Clock } from "./clock.js";
import { type AppConfig, cursorSecretOf } from "./config.js";
import type { BackDoors } from "./graph/context.js";
import type { PublicError } from "./graph/errors.js";
import { createLedger, createLoaders } from "./loaders/index.js";
import type { JobMirror } from "./loaders/job-mirror.js";
import { isGateway } from "./server/back-door.js";
import { createFreshnessGauge, wantsFresh } from "./server/freshness.js";
import { type CreateContext, keyOf } from "./server/graphql-route.js";
import { preferredLocale } from "./server/locale.js";
import { startOperation } from "./server/operation.js";
import type { Tenants } from "./tenants.js";

/** What every request has in common. */
export interface ContextParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly tenants: Tenants;
  readonly mirror: JobMirror | null;
}

/** Makes what the resolvers of one request get: its loaders, its ledger, its rights, its end. */
export function createContexts({ config, clock, log, tenants, mirror }: ContextParts): CreateContext {
  const { basicNames, jointReads, credentials } = config;
  const settings = {
    maxFirst: config.maxFirst,
    cursorSecret: cursorSecretOf(config.cursorSecret, credentials.appSecret),
  };
  return async (request, reply, caller) => {
    const { id: tenant, reads, scheduler } = await tenants.of(caller);
    const gauge = createFreshnessGauge(clock);
    const ledger = createLedger(clock.now());
    const reader = {
      ...startOperation(request, reply, clock, config.deadlineMs),
      fresh: wantsFresh(request),
      caller: keyOf(caller, request),
      ledger,
      onAnswer: gauge.note,
    };
    return {
      requestId: request.id,
      loaders: createLoaders(reads, reader, { basicNames, jointReads, mirror }, caller),
      ledger,
      settings: { ...settings, tenant },
      leftOf: scheduler.left,
      backDoors: backDoorsOf(request, config),
      mayExplain: config.isSandbox || mayExplain(caller),
      locale: preferredLocale(request),
      freshForMs: gauge.shortestMs,
      logError({ code, upstream }: PublicError, fieldName: string): void {
        log.warn({ requestId: request.id, fieldName, code, upstream }, "a list was interrupted");
        // Half a list is nothing to keep.
        gauge.note(0);
      },
    };
  };
}

/** With a secret, the back doors are for those who show it; without one, the schema is told where introspection is. */
function backDoorsOf(request: FastifyRequest, { gatewaySecret, introspection }: AppConfig): BackDoors {
  if (gatewaySecret === null) return { _entities: true, _service: introspection };
  const isOpen = isGateway(request, gatewaySecret);
  return { _entities: isOpen, _service: isOpen };
}
