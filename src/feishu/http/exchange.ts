import type { Dispatcher } from "undici";
import type { CancelSignal } from "../../core/cancellation.js";
import type { Expiring, Timeouts } from "../../core/timeouts.js";
import type { Connections } from "./connections.js";

/** A raw HTTP response. */
export interface RawAnswer {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as received. */
  readonly bytes: Buffer;
}

/** Listener for the progress of an exchange. Exactly one outcome is reported, last. */
export interface ExchangeListener {
  onSent(): void;
  onAnswer(answer: RawAnswer): void;
  /** Receives `AttemptTimedOut`, or undici's error, and whether a part of the response had arrived. */
  onFailure(error: unknown, hasBegun: boolean): void;
  /** Receives the reason of the aborted signal. */
  onCancelled(reason: unknown): void;
}

/** Timeout of one attempt. */
export class AttemptTimedOut extends Error {}

const EMPTY = Buffer.alloc(0);

/**
 * One exchange, from sending to the last byte of the body. It is undici's handler and its own entry in the list of
 * timeouts. undici's `request` creates a stream and a signal for each response. Its `dispatch` passes the bytes on as
 * they arrive.
 */
export class Exchange implements Dispatcher.DispatchHandler, Expiring {
  dueAtMs = 0;
  earlier: Expiring | null = null;
  later: Expiring | null = null;
  readonly #signal: CancelSignal;
  readonly #timeouts: Timeouts;
  readonly #listener: ExchangeListener;
  #controller: Dispatcher.DispatchController | null = null;
  #isOver = false;
  #httpStatus = 0;
  #headers: RawAnswer["headers"] = {};
  /** First chunk of the body; most bodies arrive in one piece. */
  #first: Buffer | null = null;
  #others: Buffer[] | null = null;

  constructor(signal: CancelSignal, timeouts: Timeouts, listener: ExchangeListener) {
    this.#signal = signal;
    this.#timeouts = timeouts;
    this.#listener = listener;
  }

  start(connections: Connections, request: Dispatcher.DispatchOptions): void {
    if (this.#signal.aborted) {
      this.handleEvent();
      return;
    }
    this.#timeouts.add(this);
    this.#signal.addEventListener("abort", this);
    connections.dispatch(request, this);
  }

  /** Sets the state before it informs undici, which reports its own error synchronously. */
  expire(): void {
    if (!this.#end()) return;
    const error = new AttemptTimedOut();
    this.#controller?.abort(error);
    this.#listener.onFailure(error, this.#httpStatus !== 0);
  }

  /** Handles the signal's abort. */
  handleEvent(): void {
    if (!this.#end()) return;
    this.#controller?.abort(this.#signal.reason as Error);
    this.#listener.onCancelled(this.#signal.reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // The caller cancelled before a connection was free. Sending now would make a call that no window counts.
    if (this.#isOver) controller.abort(new AttemptTimedOut());
    else this.#listener.onSent();
  }

  onResponseStart(_: unknown, httpStatus: number, headers: RawAnswer["headers"]): void {
    this.#httpStatus = httpStatus;
    this.#headers = headers;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    if (!this.#first) this.#first = chunk;
    else if (this.#others) this.#others.push(chunk);
    else this.#others = [chunk];
  }

  onResponseEnd(): void {
    if (!this.#end()) return;
    const first = this.#first ?? EMPTY;
    const bytes = this.#others ? Buffer.concat([first, ...this.#others]) : first;
    this.#listener.onAnswer({ httpStatus: this.#httpStatus, headers: this.#headers, bytes });
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#end()) this.#listener.onFailure(error, this.#httpStatus !== 0);
  }

  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#timeouts.remove(this);
    this.#signal.removeEventListener("abort", this);
    return true;
  }
}
