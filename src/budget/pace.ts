import type { Clock } from "../clock.js";
import { createScheduler, type Scheduler } from "./scheduler.js";
import type { RateWindow } from "./windows.js";

type Quotas = ReadonlyMap<string, readonly RateWindow[]>;

/** Keeps calls that nobody waits for to a small part of the quotas. They still need a place in the quotas themselves. */
export type Pace = Pick<Scheduler, "acquire" | "setQuotas">;

/** A pace of `share`, above 0 and up to 1, of each quota, and of one call at least. */
export function createPace(clock: Clock, quotas: Quotas, share: number): Pace {
  const part = (whole: Quotas): Quotas =>
    new Map(
      [...whole].map(([endpoint, windows]) => [
        endpoint,
        windows.map(({ limit, windowMs }) => ({ limit: Math.max(1, Math.floor(limit * share)), windowMs })),
      ]),
    );
  const { acquire, setQuotas } = createScheduler(clock, part(quotas));
  return { acquire, setQuotas: (changed) => setQuotas(part(changed)) };
}
