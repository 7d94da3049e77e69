import { z } from "zod";
import { json, rule, type SettingsOf, secret, share, subject, text } from "./env.js";

const rateWindow = z.strictObject({ limit: z.number().int().min(1), windowMs: z.number().int().min(1).max(60_000) });

/** Quotas as JSON, by method and path template. */
export const quotas = json(
  z.record(z.string().regex(/^(GET|POST) \/open-apis\//, "must be keyed as GET /open-apis/…"), z.array(rateWindow)),
);

/** An address may carry a password: the error does not repeat it. */
const redisUrl = z.string().refine((value) => /^rediss?:\/\//.test(value) && URL.canParse(value), {
  error: "must be a redis:// or rediss:// address, such as redis://127.0.0.1:6379",
});

/** Feishu's quotas, and how replicas share them. */
export const rateLimit = subject(
  {
    FEISHU_QUOTAS: quotas.default({}),
    FEISHU_QUOTAS_FILE: text(),
    REDIS_URL: secret(redisUrl),
    BUDGET_FALLBACK_SHARE: share.optional(),
  },
  (v) => ({
    /** By method and path template, in place of the documented quotas. */
    quotas: v.FEISHU_QUOTAS,
    /** A file with the same, read again on SIGHUP; `null` without one. */
    quotasFile: v.FEISHU_QUOTAS_FILE,
    /** `null`: quotas and tokens belong to this process alone. */
    redisUrl: v.REDIS_URL,
    /** Fallback share of every quota without Redis; `null` derives it from the last known number of replicas. */
    fallbackShare: v.BUDGET_FALLBACK_SHARE ?? null,
  }),
);

/** Settings of rate limits. */
export type RateLimitSettings = SettingsOf<typeof rateLimit>;

/** Quotas have one source. */
export const rateLimitRules = rule((env, report) => {
  if (env.FEISHU_QUOTAS && env.FEISHU_QUOTAS_FILE)
    report("FEISHU_QUOTAS and FEISHU_QUOTAS_FILE exclude each other: set one of them");
});
