import type { FastifyRequest } from "fastify";
import type { Clock } from "../../core/clock.js";
import type { OperationPart } from "../../graph/operation-part.js";

/** Two who use one browser, or one who changes the language, are not given each other's. */
export const VARY = "Origin, Authorization, Accept-Language";

/** Whether a request asks not to be answered from what is held: `Cache-Control: no-cache`, or stricter. */
export function wantsFresh({ headers }: FastifyRequest): boolean {
  return /(^|,)\s*(no-cache|no-store)\s*(,|$)/i.test(headers["cache-control"] ?? "");
}

/** Keeps the shortest of the times that it is told, each counted from when it was told. */
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
 * Says honestly for how long an answer is good: as long as the part of it that goes off first. It is one caller's, and with
 * an error in it nobody's to keep.
 */
export const cacheControl: OperationPart = () => ({
  willSendResponse({ response, errors, contextValue }) {
    const freshForMs = contextValue.freshForMs();
    const seconds = errors || freshForMs === null ? 0 : Math.floor(freshForMs / 1000);
    response.http.headers.set("cache-control", seconds > 0 ? `private, max-age=${seconds}` : "no-store");
    response.http.headers.set("vary", VARY);
  },
});
