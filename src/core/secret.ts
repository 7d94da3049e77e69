import { inspect } from "node:util";

/**
 * A value that is shown on purpose only: a secret, a token, something personal. Whatever prints, logs, serialises, copies
 * or compares what holds it finds "[redacted]". Written here, for packages that redact work on the names of fields, and a
 * name that is forgotten leaks.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Whoever calls this answers for where it goes. */
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

/** What a type hides. */
export type Revealed<T> = T extends Secret<infer Value> ? Value : T;

/** What a secret hides; anything else as it is. */
export const reveal = (value: unknown): unknown => (value instanceof Secret ? value.reveal() : value);
