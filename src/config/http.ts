import { isIP } from "node:net";
import { z } from "zod";
import { int, oneOf, origin, type SettingsOf, seconds, subject } from "./env.js";

/** Host that is listened on by default. */
export const DEFAULT_HOST = "127.0.0.1";

/** Names under which only this machine reaches the service. */
export const LOOPBACK: ReadonlySet<string> = new Set([DEFAULT_HOST, "::1", "localhost"]);

/** The same names as the hosts of URLs. */
export const LOOPBACK_HOSTS: ReadonlySet<string> = new Set([DEFAULT_HOST, "[::1]", "localhost"]);

/** Addresses and ranges of the proxies in front of the service, or how many there are. */
const trustProxy = z
  .string()
  .refine((value) => /^\d{1,2}$/.test(value) || value.split(",").every((part) => isAddress(part.trim())), {
    error: ({ input }) =>
      `must be a number of proxies, or addresses and ranges such as 10.0.0.0/8, separated by commas; got ${JSON.stringify(input)}`,
  })
  .transform((value) => (/^\d+$/.test(value) ? Number(value) : value.split(",").map((part) => part.trim())));

/** The names are those of the library that reads the addresses. */
const isAddress = (part: string): boolean => {
  const [address = "", bits, ...rest] = part.split("/");
  const version = isIP(address);
  const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
  return rest.length === 0 && (version !== 0 ? isRange : /^(loopback|linklocal|uniquelocal)$/.test(part));
};

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
    TRUST_PROXY: trustProxy.optional(),
    BASE_PATH: z
      .string()
      .regex(/^(\/[\w.~-]+)+\/?$|^\/$/, "must be a path, such as /hire")
      .transform((value) => value.replace(/\/+$/, ""))
      .default(""),
    KEEP_ALIVE_TIMEOUT_S: seconds(1, 3600, 75),
    HEADERS_TIMEOUT_S: seconds(1, 600, 10),
    DRAIN_GRACE_MS: int(0, 60_000, 2000),
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
    /** Proxies whose `X-Forwarded-For` is believed: how many there are, or their addresses; `false` for none. */
    trustProxy: v.TRUST_PROXY ?? (false as const),
    /** Path prefix of every route, without a slash at its end; empty for none. */
    basePath: v.BASE_PATH,
    /** Milliseconds for which an idle connection of a client stays open. */
    keepAliveMs: v.KEEP_ALIVE_TIMEOUT_S,
    /** Milliseconds that the headers of a request may take to arrive. */
    headersTimeoutMs: v.HEADERS_TIMEOUT_S,
    /** Milliseconds of silence after which a draining service closes a connection. */
    drainGraceMs: v.DRAIN_GRACE_MS,
    introspection: isOn(v.INTROSPECTION, v.NODE_ENV === "production"),
    graphiql: isOn(v.GRAPHIQL, v.NODE_ENV === "production"),
  }),
);

/** Settings of the HTTP server. */
export type HttpSettings = SettingsOf<typeof http>;
