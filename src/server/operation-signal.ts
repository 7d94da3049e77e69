import { setMaxListeners } from "node:events";
import type { FastifyReply } from "fastify";
import type { Clock } from "../clock.js";
import { RequestError } from "../graph/errors.js";

/**
 * The signal that ends one operation: after `deadlineMs` milliseconds with `DEADLINE_EXCEEDED`, and when the client goes
 * away, so that nothing is asked of Feishu that nobody waits for.
 */
export function operationSignal(reply: FastifyReply, clock: Clock, deadlineMs: number): AbortSignal {
  const operation = new AbortController();
  const answered = new AbortController();
  // Every call of the operation listens while it waits: a page of 100 tasks has hundreds, and none is a leak.
  setMaxListeners(0, operation.signal);
  const expire = (): void =>
    operation.abort(new RequestError("DEADLINE_EXCEEDED", `the operation took longer than ${deadlineMs} ms`));
  const ignoreCancel = (): void => {};
  clock.sleep(deadlineMs, answered.signal).then(expire, ignoreCancel);
  reply.raw.once("close", () => {
    answered.abort();
    if (!reply.raw.writableFinished) {
      operation.abort(new RequestError("DEADLINE_EXCEEDED", "the client has gone away"));
    }
  });
  return operation.signal;
}
