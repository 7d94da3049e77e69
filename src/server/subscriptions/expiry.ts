import type { Caller } from "../../authz/viewer.js";
import type { CancelSignal } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";

/** Longest timer of Node, about 24 days. */
const MAX_SLEEP_MS = 2 ** 31 - 1;

/** Interval at which a session is looked at: signing out closes its streams within it, on every replica. */
const SESSION_EVERY_MS = 5000;

/**
 * Resolves when the credentials of `caller` expire, or their session ends; never if they do not, or once `over` has
 * aborted.
 */
export async function whenExpired(caller: Caller, clock: Clock, over: CancelSignal): Promise<void> {
  const { expiresAtMs = Number.POSITIVE_INFINITY, isOpen } = caller ?? {};
  const everyMs = isOpen ? SESSION_EVERY_MS : MAX_SLEEP_MS;
  if ((expiresAtMs === Number.POSITIVE_INFINITY && !isOpen) || over.aborted) return forever();
  const stop = new AbortController();
  const end = (): void => stop.abort();
  over.addEventListener("abort", end);
  try {
    for (let leftMs = expiresAtMs - clock.now(); leftMs > 0; leftMs = expiresAtMs - clock.now()) {
      await clock.sleep(Math.min(leftMs, everyMs), stop.signal);
      if (isOpen && !(await isOpen())) return;
    }
  } catch {
    return forever();
  } finally {
    over.removeEventListener("abort", end);
  }
}

const forever = (): Promise<never> => new Promise(() => {});
