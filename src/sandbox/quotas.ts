/** Quota of at most `limit` calls in `windowMs` milliseconds. */
export interface Quota {
  readonly limit: number;
  readonly windowMs: number;
}

/** Counting mode of windows. Feishu does not document its mode, so both exist. */
export type QuotaMode = "sliding" | "fixed";

/** Decision of an endpoint's quota on a call. */
export type Verdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly limit: number; readonly resetS: number };

/** Counter of calls per endpoint and app. */
export interface QuotaKeeper {
  admit(endpoint: string, appId: string): Verdict;
}

/** Creates a keeper on an injected clock. `phaseMs` shifts the starts of fixed windows. */
export function createQuotaKeeper(
  now: () => number,
  quotas: Readonly<Record<string, readonly Quota[]>>,
  mode: QuotaMode,
  phaseMs = 0,
): QuotaKeeper {
  const callsByBucket = new Map<string, number[]>();
  return {
    admit(endpoint, appId) {
      const windows = quotas[endpoint] ?? [];
      const bucket = `${appId} ${endpoint}`;
      const calls = callsByBucket.get(bucket) ?? [];
      const time = now();
      for (const { limit, windowMs } of windows) {
        const windowStart = mode === "sliding" ? time - windowMs : time - ((time - phaseMs) % windowMs) - 1;
        const inWindow = calls.filter((at) => at > windowStart);
        if (inWindow.length >= limit) {
          const resetAt = mode === "sliding" ? (inWindow[0] ?? time) + windowMs : windowStart + 1 + windowMs;
          return { allowed: false, limit, resetS: Math.max(1, Math.ceil((resetAt - time) / 1000)) };
        }
      }
      const longest = Math.max(0, ...windows.map(({ windowMs }) => windowMs));
      callsByBucket.set(bucket, [...calls.filter((at) => at > time - longest), time]);
      return { allowed: true };
    },
  };
}
