import { z } from "zod";
import { Secret } from "../secret.js";
import { type UpstreamAnswer, UpstreamError } from "./errors.js";

/**
 * Reads an answer with its schema. New fields are tolerated, wrong types are not.
 * @throws {UpstreamError} `UPSTREAM_CONTRACT`, naming the first path that does not fit; the value itself is not repeated.
 */
export function decodeOrThrow<T>(schema: z.ZodType<T>, value: unknown, upstream: UpstreamAnswer): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = (issue?.path ?? []).map(String).join(".");
  throw new UpstreamError(
    "UPSTREAM_CONTRACT",
    `${path || "the answer"}: ${issue?.message ?? "does not fit"}`,
    upstream,
  );
}

/*
 * Every field of an answer may be absent: a missing permission removes it silently. So each reader below gives `null` for
 * what is not there. An empty string stays one: it is what somebody entered.
 */

/** A string, or `null`. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

/** A whole number of 32 bits (a count, or the code of an enum), or `null`. */
export const int = z
  .int32()
  .nullish()
  .transform((value) => value ?? null);

/** A boolean, or `null`. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/** The farthest moment that JavaScript's dates reach, in milliseconds from the epoch. */
const MAX_DATE_MS = 8.64e15;

/** A time, sent as a string in newer fields and as a number in older ones, as milliseconds; `null` when empty. */
const time = (unitMs: number) =>
  z
    .union([z.number().int(), z.string().regex(/^-?\d*$/, "expected a time as digits")])
    .nullish()
    .transform((value) => (value === undefined || value === null || value === "" ? null : Number(value) * unitMs))
    .refine((ms) => ms === null || Math.abs(ms) <= MAX_DATE_MS, "expected a time that is a date");

/** A time in milliseconds, or `null`; 0 is how some fields say that there is none. */
export const milliseconds = time(1).transform((ms) => ms || null);

/** A time in seconds, as milliseconds, or `null`. */
export const seconds = time(1000);

/** A number with a fraction, or `null`. */
export const float = z
  .number()
  .nullish()
  .transform((value) => value ?? null);

/** An object, or `null`. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

/** A list; empty when it is absent. */
export const list = <T extends z.ZodType>(schema: T) =>
  z
    .array(schema)
    .nullish()
    .transform((value) => value ?? []);

/** What is personal: whatever prints or logs an entity does not show it. */
export const personal = <T extends z.ZodType>(reader: T) =>
  reader.transform((value) => (value === null ? null : new Secret(value as NonNullable<z.output<T>>)));

/** How one field is read: from its own name in snake_case, or from another one. */
type Field = z.ZodType | readonly [wireName: string, reader: z.ZodType];
type ReaderOf<F> = F extends readonly [string, infer R] ? R : F;
type Fields = Readonly<Record<string, Field>>;
type ShapeOf<F extends Fields> = { readonly [K in keyof F]: z.output<ReaderOf<F[K]>> };

/** An object of Feishu's, read field by field into our names. */
export type Shape<F extends Fields> = z.ZodType<ShapeOf<F>> & { readonly fieldNames: readonly (keyof F & string)[] };

/**
 * Reads an object: `{ headCount: int, cities: ["city_list", list(city)] }` takes `head_count` and `city_list`.
 * One line a field says its name here, its name there, and its type.
 */
export function shape<const F extends Fields>(fields: F): Shape<F> {
  const entries = Object.entries(fields).map(([name, field]): [name: string, wireName: string, reader: z.ZodType] => {
    if (field instanceof z.ZodType) return [name, toSnakeCase(name), field];
    const [wireName, reader] = field as readonly [string, z.ZodType];
    return [name, wireName, reader];
  });
  const wire = z.object(Object.fromEntries(entries.map(([, wireName, reader]) => [wireName, reader])));
  const read = wire.transform((data) => Object.fromEntries(entries.map(([name, wireName]) => [name, data[wireName]])));
  return Object.assign(read, { fieldNames: Object.keys(fields) }) as unknown as Shape<F>;
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
const olderName = { zh_name: text, en_name: text };

/** `{ id, zh_name, en_name }`, the older form of something with a name. */
export const namedRef = z
  .object({ id: text, ...olderName })
  .transform(({ id, zh_name, en_name }) => ({ id, name: { zhCn: zh_name, enUs: en_name } satisfies I18nText }));

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
export type I18nRef = z.output<typeof i18nRef>;

/** A place. */
export type I18nCode = z.output<typeof i18nCode>;
