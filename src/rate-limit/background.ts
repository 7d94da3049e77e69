import { createLimiter, type Limiter, type LimiterParts, type QuotasByEndpoint } from "./limiter.js";

/**
 * Limiter that keeps background calls, which no operation waits for, to a small part of the quotas.
 * They still need a slot in the quotas themselves.
 */
export type BackgroundLimiter = Pick<Limiter, "acquire" | "setQuotas" | "close">;

/**
 * Creates a limiter at `share` (above 0, up to 1) of each quota, divided among the current replicas.
 * Each window allows at least one call.
 */
export function createBackgroundLimiter(
  parts: Pick<LimiterParts, "clock" | "quotas" | "arrival">,
  share: number,
  replicas: () => number,
): BackgroundLimiter {
  let { quotas } = parts;
  let divisor = replicas();
  const partOf = (): QuotasByEndpoint =>
    new Map(
      [...quotas].map(([endpoint, windows]) => [
        endpoint,
        windows.map(({ limit, windowMs }) => ({
          limit: Math.max(1, Math.floor((limit * share) / divisor)),
          windowMs,
        })),
      ]),
    );
  const limiter = createLimiter({ ...parts, quotas: partOf() });
  return {
    acquire(endpoint, context) {
      if (replicas() !== divisor) {
        divisor = replicas();
        limiter.setQuotas(partOf());
      }
      return limiter.acquire(endpoint, context);
    },
    setQuotas(changed) {
      quotas = changed;
      limiter.setQuotas(partOf());
    },
    close: limiter.close,
  };
}
