import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../../authz/viewer.js";
import { type CancelSignal, CancelSource } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import { createTimeouts, type Expiring } from "../../core/timeouts.js";
import type { GraphContext } from "../../graph/context.js";
import { RequestError } from "../../graph/errors.js";

/** How long one operation may run. */
export interface OperationTerms {
  /** Aborts at the deadline, and when the client goes away: nothing is asked of Feishu that nobody waits for. */
  readonly signal: CancelSignal;
  /** The end, on the injected clock. */
  readonly deadlineMs: number;
}

/** Whoever waits for an operation. */
export interface Client {
  /** Calls `listener` once, when the operation has been answered, or when nobody waits for it any more. */
  onEnd(listener: (isAnswered: boolean) => void): void;
}

/** Makes the context of one operation. */
export type CreateContext = (request: FastifyRequest, client: Client, caller: Caller) => Promise<GraphContext>;

/** The client at the other end of a reply. */
export const clientOf = ({ raw }: FastifyReply): Client => ({
  onEnd(listener) {
    const end = (): void => listener(raw.writableFinished);
    // It may have left while it was found out who it is.
    if (raw.destroyed) end();
    else raw.once("close", end);
  },
});

const TIMEOUT_HEADER = "x-request-timeout";
const MAX_TIMEOUT_DIGITS = 9;

/**
 * Milliseconds that the client of a request waits at most (`x-request-timeout`); `null` when it does not say.
 * @throws with HTTP status 400 when it is no positive integer.
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

/** Starts operations that may take `maxMs` milliseconds each, or fewer where the client says so. */
export function createOperations(clock: Clock, maxMs: number) {
  const deadlines = createTimeouts(clock, maxMs);
  return (request: FastifyRequest, client: Client): OperationTerms => {
    const timeoutMs = Math.min(maxMs, clientTimeoutMs(request) ?? maxMs);
    const operation = new Operation(timeoutMs);
    // Those of the usual length share one timer.
    const line = timeoutMs === maxMs ? deadlines : createTimeouts(clock, timeoutMs);
    line.add(operation);
    client.onEnd((isAnswered) => {
      line.remove(operation);
      if (!isAnswered) operation.abort(new RequestError("DEADLINE_EXCEEDED", "the client has gone away"));
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
    this.abort(new RequestError("DEADLINE_EXCEEDED", `the operation took longer than ${this.#timeoutMs} ms`));
  }
}
