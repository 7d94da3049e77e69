import type { Dispatcher, Pool } from "undici";
import type { CancelSignal } from "../cancellation.js";
import type { Timeout, Timeouts } from "./timeouts.js";

/** What comes back over HTTP. */
export interface RawAnswer {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it came. */
  readonly bytes: Buffer;
}

/** What goes out. */
export interface RawRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: CancelSignal;
  readonly onSent: (() => void) | undefined;
}

/** The time for one attempt is over. */
export class AttemptTimedOut extends Error {}

/**
 * One exchange, from sending to the body's last byte. undici's `request` makes a stream, and a signal of its own, for each
 * answer: its `dispatch` gives the bytes as they come.
 * @throws {AttemptTimedOut}
 * @throws the signal's reason, or undici's error
 */
export function exchange(pool: Pool, request: RawRequest, timeouts: Timeouts): Promise<RawAnswer> {
  const { method, path, headers, body, signal, onSent } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const handler = new Exchange(resolve, reject, signal, timeouts, onSent);
    pool.dispatch({ method, path, headers, body }, handler);
  });
}

/** What undici tells of one exchange. A page has forty under way: what each holds is kept small. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: RawAnswer) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #signal: CancelSignal;
  readonly #timeout: Timeout;
  readonly #onSent: (() => void) | undefined;
  readonly #leave = (): void => this.#giveUp(this.#signal.reason as Error);
  #controller: Dispatcher.DispatchController | null = null;
  #isOver = false;
  #httpStatus = 0;
  #headers: RawAnswer["headers"] = {};
  /** Most bodies come in one piece. */
  #first: Buffer | null = null;
  #others: Buffer[] | null = null;

  constructor(
    resolve: (answer: RawAnswer) => void,
    reject: (reason: unknown) => void,
    signal: CancelSignal,
    timeouts: Timeouts,
    onSent: (() => void) | undefined,
  ) {
    this.#onSent = onSent;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    this.#timeout = timeouts.start(() => this.#giveUp(new AttemptTimedOut()));
    signal.addEventListener("abort", this.#leave);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was given up before there was a connection for it: it must not be sent, for nobody counts it any more.
    if (this.#isOver) controller.abort(new AttemptTimedOut());
    else this.#onSent?.();
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
    this.#end();
    const first = this.#first ?? Buffer.alloc(0);
    const bytes = this.#others ? Buffer.concat([first, ...this.#others]) : first;
    this.#resolve({ httpStatus: this.#httpStatus, headers: this.#headers, bytes });
  }

  onResponseError(_: unknown, error: Error): void {
    this.#end();
    this.#reject(error);
  }

  #giveUp(reason: Error): void {
    this.#end();
    this.#controller?.abort(reason);
    this.#reject(reason);
  }

  #end(): void {
    this.#isOver = true;
    this.#timeout.clear();
    this.#signal.removeEventListener("abort", this.#leave);
  }
}
