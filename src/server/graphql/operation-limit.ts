import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import type { Caller } from "../../authz/viewer.js";
import { OPERATION_COUNTER_PREFIX } from "../../core/redis-keys.js";
import { RequestError } from "../../graph/errors.js";
import { keyOf } from "../auth/authenticate.js";

/** Error of a client that exceeds its operations per second. */
export class TooManyOperations extends RequestError {
  readonly statusCode = 429;

  constructor(max: number, retryAfterMs: number) {
    super("UPSTREAM_RATE_LIMITED", `limit of ${max} operations per second exceeded`, Math.max(1, retryAfterMs));
  }
}

/**
 * Counts an operation, whatever its transport.
 * @throws {TooManyOperations}
 */
export type CountOperation = (request: FastifyRequest, caller: Caller) => Promise<void>;

/** Limits each client to `max` operations a second; `null`: no limit. Replicas that share Redis count together. */
export async function limitOperations(
  app: FastifyInstance,
  max: number | null,
  redis: Redis | null,
): Promise<CountOperation> {
  if (max === null) return async () => {};
  const callers = new WeakMap<FastifyRequest, Caller>();
  await app.register(import("@fastify/rate-limit"), {
    global: false,
    timeWindow: 1000,
    max,
    nameSpace: OPERATION_COUNTER_PREFIX,
    // An unreachable counter must not stop the service.
    skipOnError: true,
    keyGenerator: (request) => keyOf(callers.get(request) ?? null, request),
    ...(redis && { redis }),
  });
  const count = app.createRateLimit();
  return async (request, caller) => {
    callers.set(request, caller);
    const verdict = await count(request);
    if (!verdict.isAllowed && verdict.isExceeded) throw new TooManyOperations(max, verdict.ttl);
  };
}
