import { z } from "zod";
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

/** An object, or `null`. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

/** A list; empty when it is absent. */
export const list = <T extends z.ZodType>(schema: T) =>
  z
    .array(schema)
    .nullish()
    .transform((value) => value ?? []);

/** A name in two languages. Either may be missing or empty. */
export interface I18nText {
  readonly zhCn: string | null;
  readonly enUs: string | null;
}

/** `{ zh_cn, en_us }`, the newer form of a name. */
export const i18nText = maybe(
  z.object({ zh_cn: text, en_us: text }).transform(({ zh_cn, en_us }): I18nText => ({ zhCn: zh_cn, enUs: en_us })),
);

/** `{ id, zh_name, en_name }`, the older form of something with a name. */
export const namedRef = z
  .object({ id: text, zh_name: text, en_name: text })
  .transform(({ id, zh_name, en_name }) => ({ id, name: { zhCn: zh_name, enUs: en_name } satisfies I18nText }));

/** `{ id, name: { zh_cn, en_us } }`, the newer form of something with a name. */
export const i18nRef = z.object({ id: text, name: i18nText });
