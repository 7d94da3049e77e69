import { Secret } from "../secret.js";
import { type UpstreamAnswer, UpstreamError } from "./errors.js";
import { array, boolean, int32, Misfit, number, object, orElse, type Read, Reader, string } from "./reader.js";

/**
 * Reads an answer. New fields are tolerated, wrong types are not.
 * @throws {UpstreamError} `UPSTREAM_CONTRACT`, naming the first path that does not fit; the value itself is not repeated.
 */
export function decodeOrThrow<T>({ read }: Reader<T>, value: unknown, upstream: UpstreamAnswer): T {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new UpstreamError("UPSTREAM_CONTRACT", `${error.path || "the answer"}: ${error.message}`, upstream);
  }
}

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
const time = (unitMs: number): Reader<number | null> =>
  new Reader((value) => {
    if (value === undefined || value === null || value === "") return null;
    const isTime = typeof value === "string" ? /^-?\d+$/.test(value) : Number.isInteger(value);
    if (!isTime) throw new Misfit("a time as digits");
    const ms = Number(value) * unitMs;
    if (Math.abs(ms) > MAX_DATE_MS) throw new Misfit("a time that is a date");
    return ms;
  });

/** A time in milliseconds, or `null`; 0 is how some fields say that there is none. */
export const milliseconds = time(1).transform((ms) => ms || null);

/** A time in seconds, as milliseconds, or `null`. */
export const seconds = time(1000);

/** A number with a fraction, or `null`. */
export const float = orElse(number, none);

/** An object, or `null`. */
export const maybe = <T>(reader: Reader<T>): Reader<T | null> => orElse(reader, none);

/** A list; empty when it is absent. */
export const list = <T>(reader: Reader<T>): Reader<T[]> => orElse(array(reader), (): T[] => []);

/** What is personal: whatever prints or logs an entity does not show it. */
export const personal = <T>(reader: Reader<T>): Reader<Secret<NonNullable<T>> | null> =>
  reader.transform((value) => (value === null || value === undefined ? null : new Secret(value)));

/** How one field is read: from its own name in snake_case, or from another one. */
type Field = Reader<unknown> | readonly [wireName: string, reader: Reader<unknown>];
type ReaderOf<F> = F extends readonly [string, infer R] ? R : F;
type Fields = Readonly<Record<string, Field>>;
type ShapeOf<F extends Fields> = { readonly [K in keyof F]: Read<ReaderOf<F[K]>> };

/** An object of Feishu's, read field by field into our names. */
export type Shape<F extends Fields> = Reader<ShapeOf<F>> & { readonly fieldNames: readonly (keyof F & string)[] };

/**
 * Reads an object: `{ headCount: int, cities: ["city_list", list(city)] }` takes `head_count` and `city_list`.
 * One line a field says its name here, its name there, and its type.
 */
export function shape<const F extends Fields>(fields: F): Shape<F> {
  const members = Object.entries(fields).map(([name, field]): [name: string, wireName: string, Reader<unknown>] =>
    field instanceof Reader ? [name, toSnakeCase(name), field] : [name, field[0], field[1]],
  );
  return Object.assign(object(members), { fieldNames: Object.keys(fields) }) as unknown as Shape<F>;
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
  /** Known without a call where the entity itself tells it. */
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
export type I18nRef = Read<typeof i18nRef>;

/** A place. */
export type I18nCode = Read<typeof i18nCode>;
