import { inspect } from "node:util";
import { isFeishuId } from "../loaders/index.js";
import { RequestError } from "./errors.js";

/** Arguments are repeated in errors, but not at any length. */
const MAX_ECHO_CHARS = 60;
const ECHO = { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 3, maxStringLength: MAX_ECHO_CHARS };

/** The error for an argument: its name, what is allowed, what came. */
export function badArgument(name: string, allowed: string, received: unknown): RequestError {
  // Not JSON.stringify for objects: what a client has nested deeply would overflow the stack.
  const echo = typeof received === "object" ? inspect(received, ECHO) : (JSON.stringify(received) ?? String(received));
  const shown = echo.length > MAX_ECHO_CHARS ? `${echo.slice(0, MAX_ECHO_CHARS)}…` : echo;
  return new RequestError("BAD_USER_INPUT", `${name} must be ${allowed}, got ${shown}`);
}

/** @throws {RequestError} `BAD_USER_INPUT` unless `id` has the form of Feishu's ids: only then may it enter a path. */
export function parseFeishuId(name: string, id: unknown): string {
  // A number has lost digits before it came here: it would name another thing.
  if (typeof id !== "string" || !isFeishuId(id)) throw badArgument(name, "a Feishu id of 1 to 20 digits", id);
  return id;
}

/** @throws {RequestError} `BAD_USER_INPUT` unless `first` is in 0..`max`. */
export function parseFirst(first: number, max: number): number {
  if (first < 0 || first > max) throw badArgument("first", `an integer from 0 to ${max}`, first);
  return first;
}

/** @throws {RequestError} `BAD_USER_INPUT` for what cannot be a user id of any kind. */
export function parseUserId(name: string, userId: unknown): string {
  // Administrators choose user_ids, so their alphabet is open; white space and control characters are never in one.
  if (typeof userId !== "string" || !/^[^\s\p{C}]{1,128}$/u.test(userId)) {
    throw badArgument(name, "1 to 128 characters without white space", userId);
  }
  return userId;
}
