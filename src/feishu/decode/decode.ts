import { Secret } from "../../core/secret.js";
import { UpstreamError } from "../errors.js";
import {
  array,
  boolean,
  DecodeError,
  Decoder,
  type Infer,
  int32,
  type Member,
  number,
  object,
  orElse,
  string,
} from "./decoder.js";

/*
 * Every field of a response may be absent: a missing permission removes it silently. Each decoder below therefore
 * returns `null` for an absent value. An empty string stays one, because a user entered it.
 */

const none = (): null => null;

/** A string, or `null`. */
export const text = orElse(string(), none);

/** A 32-bit integer (a count or an enum code), or `null`. */
export const int = orElse(int32, none);

/** A boolean, or `null`. */
export const flag = orElse(boolean, none);

/** Latest time that JavaScript's dates support, in milliseconds since the epoch. */
const MAX_DATE_MS = 8.64e15;

/** Decodes a time to milliseconds. Newer fields send a string, older ones a number; an empty value becomes `null`. */
const time = (unitMs: number): Decoder<number | null> =>
  new Decoder((value) => {
    if (value === undefined || value === null || value === "") return null;
    const isTime = typeof value === "string" ? /^-?\d+$/.test(value) : Number.isInteger(value);
    if (!isTime) throw new DecodeError("a time as an integer or a string of digits");
    const ms = Number(value) * unitMs;
    if (Math.abs(ms) > MAX_DATE_MS) throw new DecodeError("a time within the range of dates");
    return ms;
  });

/** A time in milliseconds, or `null`. Some fields send 0 for no time. */
export const milliseconds = time(1).transform((ms) => ms || null);

/** A time in seconds, decoded to milliseconds, or `null`. */
export const seconds = time(1000);

/**
 * Feishu's own zone. A date is sent as its midnight there, and summer time from 1986 to 1991 moved it: a fixed offset
 * gives the day before for every summer birthday of these years.
 */
const CALENDAR = new Intl.DateTimeFormat("en-US", {
  timeZone: "Asia/Shanghai",
  era: "short",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** Returns the day of a time in Feishu's zone, as `YYYY-MM-DD`. */
function dayOf(ms: number): string {
  const part = Object.fromEntries(CALENDAR.formatToParts(ms).map(({ type, value }) => [type, value]));
  if (part.era !== "AD" || String(part.year).length > 4) throw new DecodeError("a date of the years 1 to 9999");
  return `${String(part.year).padStart(4, "0")}-${part.month}-${part.day}`;
}

const day = (decoder: Decoder<number | null>): Decoder<string | null> =>
  decoder.transform((ms) => (ms === null ? null : dayOf(ms)));

/** A date sent in milliseconds, as `YYYY-MM-DD`, or `null`. */
export const dayOfMilliseconds = day(milliseconds);

/** A date sent in seconds, as `YYYY-MM-DD`, or `null`. */
export const dayOfSeconds = day(seconds);

/** A number with a fraction, or `null`. */
export const float = orElse(number, none);

/** Decodes an absent value to `null`. */
export const maybe = <T>(decoder: Decoder<T>): Decoder<T | null> => orElse(decoder, none);

/** Decodes a list; an absent one becomes empty. */
export const list = <T>(decoder: Decoder<T>): Decoder<T[]> => orElse(array(decoder), (): T[] => []);

/** Wraps PII in a `Secret`, so that printing or logging an entity does not show it. */
export const personal = <T>(decoder: Decoder<T>): Decoder<Secret<NonNullable<T>> | null> =>
  decoder.transform((value) => (value === null || value === undefined ? null : new Secret(value)));

/**
 * Decoder of one field, with its wire name if that is not the field's name in snake_case. A `null` wire name reads the
 * object itself.
 */
type Field = Decoder<unknown> | readonly [wireName: string | null, decoder: Decoder<unknown>];
type DecoderOf<F> = F extends readonly [string | null, infer R] ? R : F;
type Fields = Readonly<Record<string, Field>>;
type ShapeOf<F extends Fields> = { readonly [K in keyof F]: Infer<DecoderOf<F[K]>> };

/** Errors of the fields that do not match. */
export type FieldErrors<T> = { readonly [K in keyof T]?: UpstreamError };

/** Decoder for a Feishu object, field by field, with our names. */
export class Shape<T> extends Decoder<T> {
  readonly #members: readonly Member[];
  readonly #parts = new WeakMap<ReadonlySet<string>, Shape<T>>();

  constructor(members: readonly Member[]) {
    super(object(members).read as (value: unknown) => T);
    this.#members = members;
  }

  get fieldNames(): readonly (keyof T & string)[] {
    return this.#members.map(({ name }) => name as keyof T & string);
  }

  /** Returns the same fields, read from the object under `key`. */
  within(key: string): Shape<T> {
    return new Shape(this.#members.map((member) => ({ ...member, path: [key, ...member.path] })));
  }

  /** Returns a shape with the fields of both. */
  and<U>(other: Shape<U>): Shape<T & U> {
    return new Shape([...this.#members, ...other.#members]);
  }

  /** Reads each field by itself: those that match, and an error for each of the others. */
  readEach(value: unknown): { readonly known: Partial<T>; readonly errors: FieldErrors<T> } {
    const known: Partial<T> = {};
    const errors: { [K in keyof T]?: UpstreamError } = {};
    for (const name of this.fieldNames) {
      try {
        known[name] = this.only(new Set([name])).decode(value, null)[name];
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        errors[name] = error;
      }
    }
    return { known, errors };
  }

  /**
   * Returns a decoder for one of many entities in a response. A value that does not match becomes an error in its place,
   * despite its type: the executor reports it at its field. It costs no other field and no other entity.
   */
  lenient(): Decoder<T> {
    return new Decoder((value) => {
      try {
        return this.read(value);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        const { known, errors } = this.readEach(value);
        return { ...known, ...errors } as T;
      }
    });
  }

  /**
   * Returns a decoder for the fields in `names`; it does not read the others. Its result has only those, despite its
   * type.
   */
  only(names: ReadonlySet<string>): Shape<T> {
    const known = this.#parts.get(names);
    if (known) return known;
    const part = new Shape<T>(this.#members.filter(({ name }) => names.has(name)));
    this.#parts.set(names, part);
    return part;
  }
}

/**
 * Creates a decoder for an object: `{ headCount: int, cities: ["city_list", list(city)] }` reads `head_count` and
 * `city_list`. Each field takes one line: our name, the wire name and the type.
 */
export function shape<const F extends Fields>(fields: F): Shape<ShapeOf<F>> {
  return new Shape(
    Object.entries(fields).map(([name, field]): Member => {
      const [wireName, decoder] = field instanceof Decoder ? [toSnakeCase(name), field] : field;
      return { name, path: wireName === null ? [] : [wireName], decoder };
    }),
  );
}

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A name in two languages; either may be missing or empty. */
export interface I18nText {
  readonly zhCn: string | null;
  readonly enUs: string | null;
}

/** Newer form of a name: `{ zh_cn, en_us }`. */
export const i18nText = maybe(shape({ zhCn: text, enUs: text }));

/** Older form of a name: `zh_name` and `en_name` beside the other fields. */
export const olderName = { zhCn: ["zh_name", text], enUs: ["en_name", text] } as const;

/** Older form of a named reference: `{ id, zh_name, en_name }`. */
export const namedRef = shape({ id: text, ...olderName }).transform(({ id, ...name }) => ({ id, name }));

/** Newer form of a named reference: `{ id, name: { zh_cn, en_us } }`. */
export const i18nRef = shape({ id: text, name: i18nText });

/** A place: `{ code, name }`. */
export const i18nCode = shape({ code: text, name: i18nText });

/** A person that an entity refers to. The id type is the default of calls that omit it. */
export interface UserRef {
  readonly id: string;
  readonly idType: "open_id";
  /** Available without a call when the entity itself carries it. */
  readonly name?: string | null;
  readonly i18nName?: I18nText | null;
}

/** A user's open_id; `null` when the system itself acted. */
export const userId = text.transform((id): UserRef | null => (id ? { id, idType: "open_id" } : null));

/** A user: `{ id, name: { zh_cn, en_us } }`. */
export const userRef = i18nRef.transform(({ id, name }): UserRef | null =>
  id ? { id, idType: "open_id", name: name?.zhCn || name?.enUs || null, i18nName: name } : null,
);

/** Decodes a list of users and drops those without an id. */
export const userRefs = (decoder: typeof userId | typeof userRef) =>
  list(decoder).transform((users) => users.filter((user) => user !== null));

/** A named reference with its name in two languages. */
export type I18nRef = Infer<typeof i18nRef>;

/** A place. */
export type I18nCode = Infer<typeof i18nCode>;
