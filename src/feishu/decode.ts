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

/** A whole number (a count, or the code of an enum), or `null`. */
export const int = z
  .number()
  .int()
  .nullish()
  .transform((value) => value ?? null);

/** A boolean, or `null`. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/** A time in milliseconds, sent as a string in newer fields and as a number in older ones; `null` when empty. */
export const milliseconds = z
  .union([z.number().int(), z.string().regex(/^\d*$/, "expected milliseconds as digits")])
  .nullish()
  .transform((value) => (value === undefined || value === null || value === "" ? null : Number(value)));

/** A time in seconds, as milliseconds. */
export const seconds = milliseconds.transform((value) => (value === null ? null : value * 1000));

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
