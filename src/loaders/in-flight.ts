import { CancelSource } from "../core/cancellation.js";
import type { CallContext, CallObserver } from "../feishu/call.js";
import type { ReadContext, ReadTrace } from "./read-context.js";

/** An operation that waits for a read. */
class Waiter<T> {
  readonly context: ReadContext;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
  readonly #read: InFlightRead<T>;

  constructor(
    read: InFlightRead<T>,
    context: ReadContext,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#read = read;
    this.context = context;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Leaves the read when the operation aborts. */
  handleEvent(): void {
    this.#read.leave(this);
    this.reject(this.context.signal.reason);
  }

  settle(): void {
    this.context.signal.removeEventListener("abort", this);
  }
}

/**
 * A read in flight, with its waiters. It is the context of its own call, with the first waiter's caller and deadline.
 * Its signal aborts when the last waiter has left.
 */
export class InFlightRead<T> extends CancelSource implements CallContext {
  readonly caller: string;
  readonly deadlineMs: number;
  readonly isExtra: boolean;
  readonly observer: CallObserver;
  /** Trace of the operation that started the read. */
  readonly startedBy: ReadTrace | undefined;
  /** True once the data has changed since the start: waiters still receive the answer, but it is not cached. */
  isInvalidated = false;
  #isDetached = false;
  #waiters: Waiter<T>[] = [];

  constructor(first: ReadContext) {
    super();
    this.caller = first.caller;
    this.deadlineMs = first.deadlineMs;
    this.isExtra = first.isExtra ?? false;
    this.observer = first.observer;
    this.startedBy = first.trace;
  }

  get signal(): this {
    return this;
  }

  /** Waits for the result. @throws the context's reason when its signal aborts first. */
  result(context: ReadContext): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(this, context, resolve, reject);
      this.#waiters.push(waiter);
      if (context.signal.aborted) waiter.handleEvent();
      else context.signal.addEventListener("abort", waiter);
    });
  }

  leave(waiter: Waiter<T>): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    if (this.#waiters.length === 0 && !this.#isDetached) this.abort(waiter.context.signal.reason);
  }

  /** Keeps the read running even if every waiter leaves. */
  detach(): void {
    this.#isDetached = true;
  }

  resolve(value: T, freshForMs: number): void {
    for (const waiter of this.#end()) {
      waiter.settle();
      waiter.context.onAnswer?.(freshForMs);
      waiter.resolve(value);
    }
  }

  reject(reason: unknown): void {
    for (const waiter of this.#end()) {
      waiter.settle();
      waiter.reject(reason);
    }
  }

  /** Releases the waiters, because a map's outgrown tables may keep this read in memory for a while. */
  #end(): readonly Waiter<T>[] {
    const waiters = this.#waiters;
    this.#waiters = [];
    return waiters;
  }
}
