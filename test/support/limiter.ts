import { type ArrivalEstimate, createArrivalEstimate } from "../../src/rate-limit/arrival-estimate.js";
import { createLimiter, type Limiter, type LimiterParts } from "../../src/rate-limit/limiter.js";
import type { RateWindow } from "../../src/rate-limit/sliding-window.js";
import type { FakeClock } from "./fake-clock.js";

/** Creates an estimate with one recorded round trip, of 0 ms by default. */
export function createArrival(clock: FakeClock, roundTripMs = 0): ArrivalEstimate {
  const arrival = createArrivalEstimate(() => clock.now());
  arrival.recordRoundTrip(roundTripMs);
  return arrival;
}

/** Creates a limiter of one endpoint. */
export function limiterOf(
  clock: FakeClock,
  endpoint: string,
  windows: readonly RateWindow[],
  parts: Partial<LimiterParts> = {},
): Limiter {
  return createLimiter({ clock, quotas: new Map([[endpoint, windows]]), arrival: createArrival(clock), ...parts });
}
