import { inspect } from "node:util";

/**
 * A value that is revealed only on purpose: a secret, a token, PII. Printing, logging or serializing it yields "[redacted]". It is
 * implemented here because redaction packages match field names, and a forgotten name leaks.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** Returns the value itself. The caller is responsible for where it goes. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

const REDACTED = "[redacted]";

/** Type of the value that a `Secret` hides; any other type unchanged. */
export type Revealed<T> = T extends Secret<infer Value> ? Value : T;

/** Returns the value that a secret hides; any other value unchanged. */
export const reveal = (value: unknown): unknown => (value instanceof Secret ? value.reveal() : value);
