import type { Clock } from "../clock.js";
import { createScheduler, type Scheduler } from "./scheduler.js";
import type { RateWindow } from "./windows.js";

type Quotas = ReadonlyMap<string, readonly RateWindow[]>;

/** Keeps calls that nobody waits for to a small part of the quotas. They still need a place in the quotas themselves. */
export type Pace = Pick<Scheduler, "acquire" | "setQuotas">;

/**
 * A pace of `share`, above 0 and up to 1, of each quota, divided among the replicas that there are just then, and of one call at
 * least.
 */
export function createPace(clock: Clock, initialQuotas: Quotas, share: number, replicas: () => number): Pace {
  let quotas = initialQuotas;
  let among = replicas();
  const part = (): Quotas =>
    new Map(
      [...quotas].map(([endpoint, windows]) => [
        endpoint,
        windows.map(({ limit, windowMs }) => ({
          limit: Math.max(1, Math.floor((limit * share) / among)),
          windowMs,
        })),
      ]),
    );
  const scheduler = createScheduler(clock, part());
  return {
    acquire(endpoint, terms) {
      if (replicas() !== among) {
        among = replicas();
        scheduler.setQuotas(part());
      }
      return scheduler.acquire(endpoint, terms);
    },
    setQuotas(changed) {
      quotas = changed;
      scheduler.setQuotas(part());
    },
  };
}
