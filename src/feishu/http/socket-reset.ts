import type { Socket } from "node:net";

/** Errors of connections that had carried a response before. */
const AFTER_RESPONSE = new WeakSet<Error>();

/** Marks the error of a connection that is lost after it has carried at least one response. */
export function markAnsweredResets(socket: Socket): void {
  let hasAnswered = false;
  const onReadable = (): void => {
    // The end of the stream is readable as well, without a byte.
    if (socket.readableLength === 0) return;
    hasAnswered = true;
    socket.off("readable", onReadable);
  };
  socket.on("readable", onReadable);
  socket.on("error", (error) => {
    if (hasAnswered) AFTER_RESPONSE.add(error);
  });
}

/**
 * Returns whether a request was lost on a connection that the server closed for being idle. The server has not
 * processed it, provided that no byte of its response has arrived.
 */
export const isIdleReset = (error: unknown): boolean => error instanceof Error && AFTER_RESPONSE.has(error);
