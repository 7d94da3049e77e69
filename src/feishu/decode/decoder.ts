import { type UpstreamAnswer, UpstreamError } from "../errors.js";

/** Mismatch of a value: what was expected, and where. It never holds the value itself. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  /** Keys from the innermost outwards. */
  readonly keys: (string | number)[] = [];

  constructor(expected: string) {
    super(`expected ${expected}`);
  }

  /** Path to the value, from the outermost key. */
  get path(): string {
    return this.keys.toReversed().join(".");
  }
}

/** Decoder of a response's `data`; `bytes` is the whole response as received. */
export interface ResponseDecoder<T> {
  /**
   * @throws {UpstreamError} `UPSTREAM_CONTRACT`, naming the first path that does not match, but not the value itself.
   */
  decode(data: unknown, upstream: UpstreamAnswer, bytes: Buffer): T;
}

/**
 * Decoder of a JSON value; throws a `DecodeError` on a mismatch. A page of 20 tasks takes some forty bodies of hundreds
 * of values. zod, which checks the configuration, spends longer on them than everything else together (docs/adr/0012).
 */
export class Decoder<T> implements ResponseDecoder<T> {
  /** @throws {DecodeError} */
  readonly read: (value: unknown) => T;

  constructor(read: (value: unknown) => T) {
    this.read = read;
  }

  decode(data: unknown, upstream: UpstreamAnswer | null): T {
    try {
      return this.read(data);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new UpstreamError("UPSTREAM_CONTRACT", `${error.path || "the response"}: ${error.message}`, upstream);
    }
  }

  /** Returns a decoder that maps the decoded value. */
  transform<U>(change: (value: T) => U): Decoder<U> {
    const { read } = this;
    return new Decoder((value) => change(read(value)));
  }

  /** Returns a decoder that also requires `isGood` of the decoded value. */
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

const decoder = <T>(isGood: (value: unknown) => boolean, expected: string): Decoder<T> =>
  new Decoder((value) => {
    if (!isGood(value)) throw new DecodeError(expected);
    return value as T;
  });

/** Returns a decoder for a string of `min` to `max` characters. */
export const string = (min = 0, max = Number.POSITIVE_INFINITY): Decoder<string> =>
  decoder(
    (value) => typeof value === "string" && value.length >= min && value.length <= max,
    min === 0 && max === Number.POSITIVE_INFINITY ? "a string" : `a string of ${min} to ${max} characters`,
  );

/** A boolean, or its text. */
export const boolean: Decoder<boolean> = new Decoder((value) => {
  if (value === "true" || value === "false") return value === "true";
  if (typeof value !== "boolean") throw new DecodeError("a boolean");
  return value;
});

/** A number, or its text: gateways between Feishu and this service have been seen to quote numbers. */
export const number: Decoder<number> = new Decoder((value) => {
  const known = typeof value === "string" && DECIMAL.test(value) ? Number(value) : value;
  if (!Number.isFinite(known)) throw new DecodeError("a number");
  return known as number;
});

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** A signed 32-bit integer, or its text. */
export const int32: Decoder<number> = new Decoder((value) => {
  const known = typeof value === "string" && DECIMAL.test(value) ? Number(value) : value;
  if (typeof known !== "number" || (known | 0) !== known) throw new DecodeError("a 32-bit integer");
  return known;
});

/** Returns a decoder that replaces an absent or `null` value with `fallback`. */
export const orElse = <T, F>({ read }: Decoder<T>, fallback: () => F): Decoder<T | F> =>
  new Decoder((value) => (value === undefined || value === null ? fallback() : read(value)));

/** Returns a decoder for a list of at most `max` values. */
export function array<T>({ read }: Decoder<T>, max = Number.POSITIVE_INFINITY): Decoder<T[]> {
  return new Decoder((value) => {
    if (!Array.isArray(value) || value.length > max) throw new DecodeError("a list");
    return value.map((item, i) => at(i, item, read));
  });
}

/** Member of an object: our name, its path and its decoder. An empty path means the object itself. */
export interface Member {
  readonly name: string;
  readonly path: readonly string[];
  readonly decoder: Decoder<unknown>;
}

/** Returns a decoder for the members of an object. It ignores other members. */
export function object(members: readonly Member[]): Decoder<Record<string, unknown>> {
  return new Decoder((value) => {
    if (!isObject(value)) throw new DecodeError("an object");
    const known: Record<string, unknown> = {};
    for (const member of members) known[member.name] = readMember(value, member);
    return known;
  });
}

/**
 * Reads a member. Members of an absent or `null` object are absent.
 * @throws {DecodeError} for a value that should be an object and is not.
 */
function readMember(object: Readonly<Record<string, unknown>>, { path, decoder }: Member): unknown {
  let value: unknown = object;
  for (let depth = 0; depth < path.length && value !== undefined && value !== null; depth++) {
    if (!isObject(value)) throw below(path.slice(0, depth), new DecodeError("an object"));
    value = value[path[depth] as string];
  }
  try {
    return decoder.read(value);
  } catch (error) {
    throw below(path, error);
  }
}

/** Adds the path that a mismatch was found at. */
function below(path: readonly (string | number)[], error: unknown): unknown {
  if (error instanceof DecodeError) error.keys.push(...path.toReversed());
  return error;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function at<T>(index: number, value: unknown, read: (value: unknown) => T): T {
  try {
    return read(value);
  } catch (error) {
    throw below([index], error);
  }
}
