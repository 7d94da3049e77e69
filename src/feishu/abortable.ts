import { setMaxListeners } from "node:events";

/** Waits for a promise that goes on without this waiter when `signal` aborts. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** A signal for work that several wait for: it aborts when the last of `signals` has. */
export function whenAllAbort(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  let waiting = signals.length;
  const leave = (signal: AbortSignal): void => {
    waiting -= 1;
    if (waiting === 0) controller.abort(signal.reason);
  };
  for (const signal of signals) {
    if (signal.aborted) leave(signal);
    else signal.addEventListener("abort", () => leave(signal), { once: true });
  }
  return controller.signal;
}
