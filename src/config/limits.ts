import { z } from "zod";
import { int, oneOf, onOff, optionalInt, rule, type SettingsOf, subject } from "./env.js";

/** Callers without a sign-in may share one address behind a proxy: their operations are not counted unless configured. */
const SIGNED_IN_PER_SECOND = 100;

/** Limits of operations, and the documents that clients may send. */
export const limits = subject(
  {
    AUTH_MODE: z.string().default("none"),
    MAX_OPERATIONS_PER_SECOND: optionalInt(1, 1_000_000),
    MAX_FIRST: int(10, 1000, 100),
    MAX_OPERATION_COST: int(1, 1_000_000, 500),
    COST_EXTENSION: onOff("on"),
    TRUSTED_DOCUMENTS: oneOf(["off", "log", "allow", "only"], "off"),
    TRUSTED_DOCUMENTS_MANIFEST: z.string().optional(),
  },
  ({ TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_MANIFEST: manifest, ...v }) => ({
    /** Operations per second that one client may send; `null` does not count them. */
    maxOperationsPerSecond: v.MAX_OPERATIONS_PER_SECOND ?? (v.AUTH_MODE === "none" ? null : SIGNED_IN_PER_SECOND),
    maxFirst: v.MAX_FIRST,
    /** Upstream calls that one operation may cost. */
    maxCost: v.MAX_OPERATION_COST,
    /** Responses carry `extensions.cost`. */
    costExtension: v.COST_EXTENSION,
    /** Handling of documents that are not in the manifest; `null` without a manifest. */
    trusted: mode === "off" || manifest === undefined ? null : { mode, manifest },
  }),
);

/** Settings of limits. */
export type LimitSettings = SettingsOf<typeof limits>;

/** Trusted documents need a manifest. */
export const limitRules = rule(({ TRUSTED_DOCUMENTS: mode = "off", TRUSTED_DOCUMENTS_MANIFEST: manifest }, report) => {
  if (["log", "allow", "only"].includes(mode) && !manifest)
    report(`TRUSTED_DOCUMENTS_MANIFEST is required when TRUSTED_DOCUMENTS is ${mode}`);
});
