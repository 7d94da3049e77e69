import { z } from "zod";
import { Secret } from "../core/secret.js";

/** Environment variables; an empty one counts as unset. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The names of a subject's variables, each with its type. */
type Shape = Readonly<Record<string, z.ZodType>>;

/** Defines one subject of the configuration: its variables, and the settings that they become. */
export const subject = <S extends Shape, T>(shape: S, toSettings: (variables: z.output<z.ZodObject<S>>) => T) => ({
  names: Object.keys(shape),
  schema: z.object(shape).transform(toSettings),
});

/** The settings that a subject's variables become. */
export type SettingsOf<S extends { readonly schema: z.ZodType }> = z.output<S["schema"]>;

/** A rule about several variables. It runs on the raw values, so that its problems are reported together with all others. */
export const rule = (check: (env: Env, report: (problem: string) => void) => void) =>
  z.custom<Env>().superRefine((env, context) => check(env, (message) => context.addIssue({ code: "custom", message })));

const received = (input: unknown): string => `got ${JSON.stringify(input)}`;

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((value) => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max, {
      error: ({ input }) => `must be an integer from ${min} to ${max}, ${received(input)}`,
    })
    .transform(Number);

/** An integer from `min` to `max`; `null` when unset. */
export const optionalInt = (min: number, max: number) =>
  wholeNumber(min, max)
    .optional()
    .transform((value) => value ?? null);

/** The same with a default. */
export const int = (min: number, max: number, fallback: number) => wholeNumber(min, max).default(fallback);

/** An integer number of seconds, as milliseconds. */
export const seconds = (min: number, max: number, fallback: number) =>
  int(min, max, fallback).transform((value) => value * 1000);

/** One of `values`. */
export const oneOf = <const T extends string>(values: readonly [T, ...T[]], fallback: T) =>
  z
    .enum(values, { error: ({ input }) => `must be one of ${values.join(", ")}, ${received(input)}` })
    .default(fallback as never);

/** `on` or `off`. */
export const onOff = (fallback: "on" | "off") => oneOf(["on", "off"], fallback).transform((value) => value === "on");

/** `1` or `0`; `0` by default. */
export const flag = () => oneOf(["0", "1"], "0").transform((value) => value === "1");

/** A number above 0 and up to 1. */
export const share = z
  .string()
  .refine((value) => /^\d*\.?\d+$/.test(value) && Number(value) > 0 && Number(value) <= 1, {
    error: ({ input }) => `must be a number above 0 and up to 1, ${received(input)}`,
  })
  .transform(Number);

/** A number from 0 to 1. */
export const ratio = z
  .string()
  .refine((value) => /^\d*\.?\d+$/.test(value) && Number(value) <= 1, {
    error: ({ input }) => `must be a number from 0 to 1, ${received(input)}`,
  })
  .transform(Number);

/** An http or https address; the error does not repeat it, because it may carry a password. */
export const httpUrl = (example = "") =>
  z.string().refine((value) => /^https?:/.test(value) && URL.canParse(value), {
    error: `must be an http or https address${example}`,
  });

/** The same without a path. */
export const origin = z
  .string()
  .refine((value) => /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value, {
    error: "must be an http or https origin without a path, such as https://open.feishu.cn",
  });

/** A value that no log, error or printed configuration shows; `null` when unset. */
export const secret = (text: z.ZodType<string> = z.string()) =>
  text
    .refine((value) => !/[\s\p{Cc}]/u.test(value), { error: "must not contain blanks or line ends" })
    .optional()
    .transform((value) => (value === undefined ? null : new Secret(value)));

/** A secret that is long enough to sign with. */
export const longSecret = () => secret(z.string().min(16, "must have at least 16 characters"));

/** A value of `schema` as JSON. */
export const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        context.addIssue({ code: "custom", message: "must be JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);

/** A text; `null` when unset. */
export const text = () =>
  z
    .string()
    .optional()
    .transform((value) => value ?? null);
