import { inspect } from "node:util";
import { isFeishuId } from "../loaders/index.js";
import { RequestError } from "./errors.js";
import { exactId } from "./schema/id.js";

/** Maximum characters of an argument that an error repeats. */
const MAX_ECHO_CHARS = 60;
const ECHO = { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 3, maxStringLength: MAX_ECHO_CHARS };

/** Returns the error for a bad argument: its name, what is allowed, what was received. */
export function badArgument(name: string, allowed: string, received: unknown): RequestError {
  // Not JSON.stringify for objects: a deeply nested value from a client would overflow the stack.
  const echo = typeof received === "object" ? inspect(received, ECHO) : (JSON.stringify(received) ?? String(received));
  const shown = echo.length > MAX_ECHO_CHARS ? `${echo.slice(0, MAX_ECHO_CHARS)}…` : echo;
  return new RequestError("BAD_USER_INPUT", `${name} must be ${allowed}, got ${shown}`);
}

/**
 * Returns `id` if it has the form of Feishu's ids: only then may it enter a path.
 * @throws {RequestError} `BAD_USER_INPUT` otherwise.
 */
export function parseFeishuId(name: string, value: unknown): string {
  const id = parseId(name, value);
  if (typeof id !== "string" || !isFeishuId(id)) throw badArgument(name, "a Feishu id of 1 to 20 digits", id);
  return id;
}

/** Returns the text of an id. Representations are free JSON: no scalar has checked their numbers. */
function parseId(name: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw badArgument(name, "a string beyond 2^53 - 1, because a JSON number loses digits", value);
  }
  return exactId(value);
}

/** Returns a cursor, or `null` if it is left out. Generated clients send an empty string for that. */
export const optionalCursor = (cursor: string | null | undefined): string | null => cursor || null;

/**
 * Returns `first` if it is in 0..`max`.
 * @throws {RequestError} `BAD_USER_INPUT` otherwise.
 */
export function parseFirst(first: number, max: number): number {
  if (first < 0 || first > max) throw badArgument("first", `an integer from 0 to ${max}`, first);
  return first;
}

/**
 * Returns `userId` if it can be a user id of any type.
 * @throws {RequestError} `BAD_USER_INPUT` otherwise.
 */
export function parseUserId(name: string, value: unknown): string {
  const userId = parseId(name, value);
  // Administrators choose user_ids, so their alphabet is open; white space and control characters never occur.
  if (typeof userId !== "string" || !/^[^\s\p{C}]{1,128}$/u.test(userId)) {
    throw badArgument(name, "1 to 128 characters without white space", userId);
  }
  return userId;
}
