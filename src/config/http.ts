import { z } from "zod";
import { int, oneOf, origin, type SettingsOf, subject } from "./env.js";

/** Host that is listened on by default. */
export const DEFAULT_HOST = "127.0.0.1";

/** Names under which only this machine reaches the service. */
export const LOOPBACK: ReadonlySet<string> = new Set([DEFAULT_HOST, "::1", "localhost"]);

const origins = z
  .string()
  .transform((value) => value.split(",").map((item) => item.trim()))
  .pipe(z.array(origin));

const SWITCH = ["auto", "on", "off"] as const;

/** GraphiQL and introspection are off in production unless they are turned on. */
const isOn = (setting: (typeof SWITCH)[number], isProduction: boolean): boolean =>
  setting === "auto" ? !isProduction : setting === "on";

/** The HTTP server. */
export const http = subject(
  {
    HOST: z.string().default(DEFAULT_HOST),
    PORT: int(0, 65_535, 4000),
    NODE_ENV: z.string().optional(),
    LOG_LEVEL: oneOf(["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info"),
    CORS_ORIGINS: origins.default([]),
    REQUEST_DEADLINE_MS: int(1, 600_000, 15_000),
    DRAIN_DELAY_MS: int(0, 600_000, 0),
    INTROSPECTION: oneOf(SWITCH, "auto"),
    GRAPHIQL: oneOf(SWITCH, "auto"),
  },
  (v) => ({
    host: v.HOST,
    /** 0 takes a free port. */
    port: v.PORT,
    production: v.NODE_ENV === "production",
    logLevel: v.LOG_LEVEL,
    /** Origins other than the service's own that may read responses in a browser. */
    corsOrigins: v.CORS_ORIGINS as readonly string[],
    /** Milliseconds that one operation may take. */
    deadlineMs: v.REQUEST_DEADLINE_MS,
    /** Milliseconds between SIGTERM and closing, in which the service reports that it is not ready and still serves. */
    drainDelayMs: v.DRAIN_DELAY_MS,
    introspection: isOn(v.INTROSPECTION, v.NODE_ENV === "production"),
    graphiql: isOn(v.GRAPHIQL, v.NODE_ENV === "production"),
  }),
);

/** Settings of the HTTP server. */
export type HttpSettings = SettingsOf<typeof http>;
