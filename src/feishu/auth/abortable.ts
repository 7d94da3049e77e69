import { type CancelSignal, CancelSource } from "../../core/cancellation.js";

/** Waits for a promise until `signal` aborts; the promise itself keeps running. */
export function abortable<T>(promise: Promise<T>, signal: CancelSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Returns a signal for work with several waiters. It aborts when the last of `signals` has aborted. */
export function whenAllAbort(signals: readonly CancelSignal[]): CancelSignal {
  const stop = new CancelSource();
  let waiting = signals.length;
  const leave = (signal: CancelSignal): void => {
    waiting -= 1;
    if (waiting === 0) stop.abort(signal.reason);
  };
  for (const signal of signals) {
    if (signal.aborted) leave(signal);
    else signal.addEventListener("abort", () => leave(signal));
  }
  return stop;
}
