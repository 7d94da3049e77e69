import { type UpstreamAnswer, UpstreamError } from "../errors.js";

/** A value does not fit: what was expected, and where. It never holds the value itself. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  /** From the innermost key outwards. */
  readonly keys: (string | number)[] = [];

  constructor(expected: string) {
    super(`expected ${expected}`);
  }

  /** The path to the value, from the outside. */
  get path(): string {
    return this.keys.toReversed().join(".");
  }
}

/** Makes something of an answer's `data`; `bytes` are the whole answer as it came. */
export interface ResponseDecoder<T> {
  /** @throws {UpstreamError} `UPSTREAM_CONTRACT`, naming the first path that does not fit; the value itself is not repeated. */
  decode(data: unknown, upstream: UpstreamAnswer, bytes: Buffer): T;
}

/**
 * Reads a value that JSON has brought, or throws a `DecodeError`. A page of 20 tasks is some forty bodies of hundreds of values:
 * zod, which checks the configuration, spends longer on them than all else together (docs/adr/0012).
 */
export class Decoder<T> implements ResponseDecoder<T> {
  /** @throws {DecodeError} */
  readonly read: (value: unknown) => T;

  constructor(read: (value: unknown) => T) {
    this.read = read;
  }

  decode(data: unknown, upstream: UpstreamAnswer): T {
    try {
      return this.read(data);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new UpstreamError("UPSTREAM_CONTRACT", `${error.path || "the answer"}: ${error.message}`, upstream);
    }
  }

  /** The same, changed after it was read. */
  transform<U>(change: (value: T) => U): Decoder<U> {
    const { read } = this;
    return new Decoder((value) => change(read(value)));
  }

  /** The same, if it passes. */
  refine(isGood: (value: T) => boolean, expected: string): Decoder<T> {
    const { read } = this;
    return new Decoder((value) => {
      const known = read(value);
      if (!isGood(known)) throw new DecodeError(expected);
      return known;
    });
  }
}

/** Result type of a decoder. */
export type Infer<R> = R extends Decoder<infer T> ? T : never;

const reader = <T>(isGood: (value: unknown) => boolean, expected: string): Decoder<T> =>
  new Decoder((value) => {
    if (!isGood(value)) throw new DecodeError(expected);
    return value as T;
  });

/** A string of `min` to `max` characters. */
export const string = (min = 0, max = Number.POSITIVE_INFINITY): Decoder<string> =>
  reader(
    (value) => typeof value === "string" && value.length >= min && value.length <= max,
    min === 0 && max === Number.POSITIVE_INFINITY ? "a string" : `a string of ${min} to ${max} characters`,
  );

export const boolean: Decoder<boolean> = reader((value) => typeof value === "boolean", "a boolean");

export const number: Decoder<number> = reader(Number.isFinite, "a number");

/** A whole number of 32 bits with its sign. */
export const int32: Decoder<number> = reader(
  (value) => typeof value === "number" && (value | 0) === value,
  "an integer of 32 bits",
);

/** `fallback` where there is nothing, or `null`. */
export const orElse = <T, F>({ read }: Decoder<T>, fallback: () => F): Decoder<T | F> =>
  new Decoder((value) => (value === undefined || value === null ? fallback() : read(value)));

/** A list of at most `max` values. */
export function array<T>({ read }: Decoder<T>, max = Number.POSITIVE_INFINITY): Decoder<T[]> {
  return new Decoder((value) => {
    if (!Array.isArray(value) || value.length > max) throw new DecodeError("a list");
    return value.map((item, i) => at(i, item, read));
  });
}

/** A member of an object: our name, where it stands (nowhere else than the object itself with an empty path), and how. */
export interface Member {
  readonly name: string;
  readonly path: readonly string[];
  readonly reader: Decoder<unknown>;
}

/** An object, member by member. Other members are passed over; of an object that is not there, none is. */
export function object(members: readonly Member[]): Decoder<Record<string, unknown>> {
  return new Decoder((value) => {
    if (!isObject(value)) throw new DecodeError("an object");
    const known: Record<string, unknown> = {};
    for (const member of members) known[member.name] = readMember(value, member);
    return known;
  });
}

function readMember(object: Readonly<Record<string, unknown>>, { path, reader }: Member): unknown {
  let value: unknown = object;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  try {
    return reader.read(value);
  } catch (error) {
    if (error instanceof DecodeError) error.keys.push(...path.toReversed());
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function at<T>(key: string | number, value: unknown, read: (value: unknown) => T): T {
  try {
    return read(value);
  } catch (error) {
    if (error instanceof DecodeError) error.keys.push(key);
    throw error;
  }
}
