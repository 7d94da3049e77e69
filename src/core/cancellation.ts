/** Listener that is called once, on cancellation. An object saves the allocation of a closure. */
export type CancelListener = (() => void) | { handleEvent(): void };

/** Says when something is no longer wanted: as much of an `AbortSignal` as calls need, which is one, too. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Why; `undefined` until then. */
  readonly reason: unknown;
  /** @throws the reason, once there is one. */
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: CancelListener): void;
  removeEventListener(type: "abort", listener: CancelListener): void;
}

/**
 * An `AbortController` at a fiftieth of its cost: each of a page's forty-odd reads has one, and an operation's has as many
 * listeners, which an `AbortSignal` looks through whenever one is added or removed.
 */
export class CancelSource implements CancelSignal {
  #isAborted = false;
  #reason: unknown;
  /** Most sources have one listener at a time. */
  #listener: CancelListener | null = null;
  #others: Set<CancelListener> | null = null;

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason;
  }

  addEventListener(_: "abort", listener: CancelListener): void {
    if (this.#listener === null || this.#listener === listener) this.#listener = listener;
    else this.#others = (this.#others ?? new Set()).add(listener);
  }

  removeEventListener(_: "abort", listener: CancelListener): void {
    if (this.#listener === listener) this.#listener = null;
    else this.#others?.delete(listener);
  }

  /** Cancels. Each listener is called once, whatever they do; only the first reason counts. */
  abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    const first = this.#listener;
    this.#listener = null;
    if (first) notify(first);
    // An earlier listener may have removed this one; it is then not called.
    for (const listener of this.#others ?? []) notify(listener);
    this.#others = null;
  }
}

function notify(listener: CancelListener): void {
  if (typeof listener === "function") listener();
  else listener.handleEvent();
}

/** The signal of what is wanted in any case. */
export const neverCancelled: CancelSignal = new CancelSource();
