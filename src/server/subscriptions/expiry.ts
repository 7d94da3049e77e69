import type { Caller } from "../../authz/viewer.js";
import type { CancelSignal } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";

/** Longest timer of Node, about 24 days. */
const MAX_SLEEP_MS = 2 ** 31 - 1;

/** Resolves when the credentials of `caller` expire; never if they do not, or once `over` has aborted. */
export async function whenExpired(caller: Caller, clock: Clock, over: CancelSignal): Promise<void> {
  const expiresAtMs = caller?.expiresAtMs;
  if (expiresAtMs === undefined || over.aborted) return forever();
  const stop = new AbortController();
  const end = (): void => stop.abort();
  over.addEventListener("abort", end);
  try {
    for (let leftMs = expiresAtMs - clock.now(); leftMs > 0; leftMs = expiresAtMs - clock.now()) {
      await clock.sleep(Math.min(leftMs, MAX_SLEEP_MS), stop.signal);
    }
  } catch {
    return forever();
  } finally {
    over.removeEventListener("abort", end);
  }
}

const forever = (): Promise<never> => new Promise(() => {});
