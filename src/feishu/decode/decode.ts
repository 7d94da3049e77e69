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
 * Every field of an answer may be absent: a missing permission removes it silently. So each reader below gives `null` for
 * what is not there. An empty string stays one: it is what somebody entered.
 */

const none = (): null => null;

/** A string, or `null`. */
export const text = orElse(string(), none);

/** A whole number of 32 bits (a count, or the code of an enum), or `null`. */
export const int = orElse(int32, none);

/** A boolean, or `null`. */
export const flag = orElse(boolean, none);

/** The farthest moment that JavaScript's dates reach, in milliseconds from the epoch. */
const MAX_DATE_MS = 8.64e15;

/** A time, sent as a string in newer fields and as a number in older ones, as milliseconds; `null` when empty. */
const time = (unitMs: number): Decoder<number | null> =>
  new Decoder((value) => {
    if (value === undefined || value === null || value === "") return null;
    const isTime = typeof value === "string" ? /^-?\d+$/.test(value) : Number.isInteger(value);
    if (!isTime) throw new DecodeError("a time as digits");
    const ms = Number(value) * unitMs;
    if (Math.abs(ms) > MAX_DATE_MS) throw new DecodeError("a time that is a date");
    return ms;
  });

/** A time in milliseconds, or `null`; 0 is how some fields say that there is none. */
export const milliseconds = time(1).transform((ms) => ms || null);

/** A time in seconds, as milliseconds, or `null`. */
export const seconds = time(1000);

/** A number with a fraction, or `null`. */
export const float = orElse(number, none);

/** An object, or `null`. */
export const maybe = <T>(reader: Decoder<T>): Decoder<T | null> => orElse(reader, none);

/** A list; empty when it is absent. */
export const list = <T>(reader: Decoder<T>): Decoder<T[]> => orElse(array(reader), (): T[] => []);

/** What is personal: whatever prints or logs an entity does not show it. */
export const personal = <T>(reader: Decoder<T>): Decoder<Secret<NonNullable<T>> | null> =>
  reader.transform((value) => (value === null || value === undefined ? null : new Secret(value)));

/** How one field is read: from its own name in snake_case, from another one, or from the object itself. */
type Field = Decoder<unknown> | readonly [wireName: string | null, reader: Decoder<unknown>];
type DecoderOf<F> = F extends readonly [string | null, infer R] ? R : F;
type Fields = Readonly<Record<string, Field>>;
type ShapeOf<F extends Fields> = { readonly [K in keyof F]: Infer<DecoderOf<F[K]>> };

/** An object of Feishu's, read field by field into our names. */
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

  /** The same fields of an object that stands under `key`. */
  within(key: string): Shape<T> {
    return new Shape(this.#members.map((member) => ({ ...member, path: [key, ...member.path] })));
  }

  /** The fields of both. */
  and<U>(other: Shape<U>): Shape<T & U> {
    return new Shape([...this.#members, ...other.#members]);
  }

  /** Nothing but these of its fields: the others are not looked at. What it gives has them alone, whatever its type says. */
  only(names: ReadonlySet<string>): Decoder<T> {
    const known = this.#parts.get(names);
    if (known) return known;
    const part = new Shape<T>(this.#members.filter(({ name }) => names.has(name)));
    this.#parts.set(names, part);
    return part;
  }
}

/**
 * Reads an object: `{ headCount: int, cities: ["city_list", list(city)] }` takes `head_count` and `city_list`.
 * One line a field says its name here, its name there, and its type.
 */
export function shape<const F extends Fields>(fields: F): Shape<ShapeOf<F>> {
  return new Shape(
    Object.entries(fields).map(([name, field]): Member => {
      const [wireName, reader] = field instanceof Decoder ? [toSnakeCase(name), field] : field;
      return { name, path: wireName === null ? [] : [wireName], reader };
    }),
  );
}

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A name in two languages. Either may be missing or empty. */
export interface I18nText {
  readonly zhCn: string | null;
  readonly enUs: string | null;
}

/** `{ zh_cn, en_us }`, the newer form of a name. */
export const i18nText = maybe(shape({ zhCn: text, enUs: text }));

/** The older form of a name: `zh_name` and `en_name` beside the other fields. */
export const olderName = { zhCn: ["zh_name", text], enUs: ["en_name", text] } as const;

/** `{ id, zh_name, en_name }`, the older form of something with a name. */
export const namedRef = shape({ id: text, ...olderName }).transform(({ id, ...name }) => ({ id, name }));

/** `{ id, name: { zh_cn, en_us } }`, the newer form of something with a name. */
export const i18nRef = shape({ id: text, name: i18nText });

/** `{ code, name }`: a place. */
export const i18nCode = shape({ code: text, name: i18nText });

/** A person as an entity names them; the kind of id is the one that calls ask for by leaving it out. */
export interface UserRef {
  readonly id: string;
  readonly idType: "open_id";
  /** Known without a call where the entity itself has it. */
  readonly name?: string | null;
  readonly i18nName?: I18nText | null;
}

/** A user's open_id; `null` where the system itself acted. */
export const userId = text.transform((id): UserRef | null => (id ? { id, idType: "open_id" } : null));

/** `{ id, name: { zh_cn, en_us } }` of a user. */
export const userRef = i18nRef.transform(({ id, name }): UserRef | null =>
  id ? { id, idType: "open_id", name: name?.zhCn || name?.enUs || null, i18nName: name } : null,
);

/** Users of a list; those without an id are nobody. */
export const userRefs = (reader: typeof userId | typeof userRef) =>
  list(reader).transform((users) => users.filter((user) => user !== null));

/** A name in two languages with what it names. */
export type I18nRef = Infer<typeof i18nRef>;

/** A place. */
export type I18nCode = Infer<typeof i18nCode>;
