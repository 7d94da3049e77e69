import type { FastifyRequest } from "fastify";
import type { Clock } from "../../core/clock.js";
import type { OperationPart } from "../../graph/operation-part.js";

/** Value of the `Vary` header. Two users of one browser, or two languages, must not share a cached response. */
export const VARY = "Origin, Authorization, Cookie, Accept, Accept-Encoding, Accept-Language";

/** Returns true if a request bypasses the cache: `Cache-Control: no-cache`, or stricter. */
export function wantsFresh({ headers }: FastifyRequest): boolean {
  return /(^|,)\s*(no-cache|no-store)\s*(,|$)/i.test(headers["cache-control"] ?? "");
}

/** Creates a gauge that keeps the earliest expiry it is given. Each duration counts from its call of `note`. */
export function createFreshnessGauge(clock: Clock): { note(freshForMs: number): void; shortestMs(): number | null } {
  let untilMs: number | null = null;
  return {
    note: (freshForMs) => {
      untilMs = Math.min(untilMs ?? Number.POSITIVE_INFINITY, clock.now() + freshForMs);
    },
    shortestMs: () => (untilMs === null ? null : Math.max(0, untilMs - clock.now())),
  };
}

/**
 * Sets `Cache-Control` to the lifetime of the part that goes stale first. An answer is private to its caller.
 * An answer with an error is not stored.
 */
export const cacheControl: OperationPart = () => ({
  willSendResponse({ response, errors, contextValue }) {
    const freshForMs = contextValue.freshForMs();
    const seconds = errors || freshForMs === null ? 0 : Math.floor(freshForMs / 1000);
    response.http.headers.set("cache-control", seconds > 0 ? `private, max-age=${seconds}` : "no-store");
    response.http.headers.set("vary", VARY);
  },
});
