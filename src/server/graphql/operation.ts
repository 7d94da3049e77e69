import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../../authz/viewer.js";
import { type CancelSignal, CancelSource } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import { createTimeouts, type Expiring } from "../../core/timeouts.js";
import type { GraphContext } from "../../graph/context.js";
import { RequestError } from "../../graph/errors.js";

/** Time limits of one operation. */
export interface OperationDeadline {
  /** Aborts at the deadline and when the client disconnects, so that no Feishu call runs without a waiter. */
  readonly signal: CancelSignal;
  /** Deadline on the injected clock. */
  readonly deadlineMs: number;
}

/** Client connection of an operation. */
export interface Client {
  /** Calls `listener` once, when the operation is answered or the client disconnects. */
  onEnd(listener: (isAnswered: boolean) => void): void;
}

/** Creates the context of one operation. */
export type CreateContext = (request: FastifyRequest, client: Client, caller: Caller) => Promise<GraphContext>;

/** Returns the client at the other end of a reply. */
export const clientOf = ({ raw }: FastifyReply): Client => ({
  onEnd(listener) {
    const end = (): void => listener(raw.writableFinished);
    // The client may have disconnected during authentication.
    if (raw.destroyed) end();
    else raw.once("close", end);
  },
});

const TIMEOUT_HEADER = "x-request-timeout";
const MAX_TIMEOUT_DIGITS = 9;

/**
 * Returns the maximum milliseconds that a client waits (`x-request-timeout`); `null` without the header.
 * @throws with HTTP status 400 when the header is not a positive integer.
 */
export function clientTimeoutMs({ headers }: FastifyRequest): number | null {
  const header = headers[TIMEOUT_HEADER];
  if (header === undefined) return null;
  const text = String(header).trim();
  if (/^\d+$/.test(text) && text.length <= MAX_TIMEOUT_DIGITS && Number(text) > 0) return Number(text);
  const received = JSON.stringify(text.slice(0, MAX_TIMEOUT_DIGITS + 1));
  const message = `${TIMEOUT_HEADER}: must be a whole number of milliseconds, 1 to 999999999, got ${received}`;
  throw Object.assign(new Error(message), { statusCode: 400 });
}

/** Returns a function that starts operations. Each may take `maxMs` milliseconds, or fewer if the client asks. */
export function createOperations(clock: Clock, maxMs: number) {
  const deadlines = createTimeouts(clock, maxMs);
  return (request: FastifyRequest, client: Client): OperationDeadline => {
    const timeoutMs = Math.min(maxMs, clientTimeoutMs(request) ?? maxMs);
    const operation = new Operation(timeoutMs);
    // Operations with the default timeout share one timer.
    const line = timeoutMs === maxMs ? deadlines : createTimeouts(clock, timeoutMs);
    line.add(operation);
    client.onEnd((isAnswered) => {
      line.remove(operation);
      if (!isAnswered) operation.abort(new RequestError("DEADLINE_EXCEEDED", "the client disconnected"));
    });
    return { signal: operation, deadlineMs: operation.dueAtMs };
  };
}

class Operation extends CancelSource implements Expiring {
  dueAtMs = 0;
  earlier: Expiring | null = null;
  later: Expiring | null = null;
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    super();
    this.#timeoutMs = timeoutMs;
  }

  expire(): void {
    this.abort(new RequestError("DEADLINE_EXCEEDED", `the operation exceeded its timeout of ${this.#timeoutMs} ms`));
  }
}
