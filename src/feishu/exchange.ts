import type { Dispatcher, Pool } from "undici";
import type { StopSignal } from "../stop.js";
import type { Timeouts } from "./timeouts.js";

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
  readonly signal: StopSignal;
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
  const { method, path, headers, body, signal } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let controller: Dispatcher.DispatchController | null = null;
    let isOver = false;
    const end = (): void => {
      isOver = true;
      timeout.clear();
      signal.removeEventListener("abort", leave);
    };
    const giveUp = (reason: Error): void => {
      end();
      controller?.abort(reason);
      reject(reason);
    };
    const leave = (): void => giveUp(signal.reason as Error);
    const timeout = timeouts.start(() => giveUp(new AttemptTimedOut()));
    signal.addEventListener("abort", leave);
    const chunks: Buffer[] = [];
    let answer: Omit<RawAnswer, "bytes"> = { httpStatus: 0, headers: {} };
    pool.dispatch(
      { method, path, headers, body },
      {
        onRequestStart(started) {
          controller = started;
          // It was given up before there was a connection for it: it must not be sent, for nobody counts it any more.
          if (isOver) started.abort(new AttemptTimedOut());
        },
        onResponseStart(_, httpStatus, received) {
          answer = { httpStatus, headers: received };
        },
        onResponseData(_, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          end();
          const [first] = chunks;
          resolve({ ...answer, bytes: first && chunks.length === 1 ? first : Buffer.concat(chunks) });
        },
        onResponseError(_, error) {
          end();
          reject(error);
        },
      },
    );
  });
}
