import { Secret } from "../../core/secret.js";
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

/** Decoder for a Feishu object, field by field, with our names. */
export class Shape<T> extends Decoder<T> {
  readonly #members: readonly Member[];
  readonly #parts = new WeakMap<ReadonlySet<string>, Decoder<T>>();

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

  /**
   * Returns a decoder for the fields in `names`; it does not read the others. Its result has only those, despite its
   * type.
   */
  only(names: ReadonlySet<string>): Decoder<T> {
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
