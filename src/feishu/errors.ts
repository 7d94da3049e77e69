/** Kinds of upstream failure, as this service names them. */
export type UpstreamErrorCode =
  | "UPSTREAM_RATE_LIMITED"
  | "UPSTREAM_QUOTA_EXHAUSTED"
  | "UPSTREAM_UNAVAILABLE"
  | "UPSTREAM_TIMEOUT"
  | "UPSTREAM_PERMISSION_MISSING"
  | "UPSTREAM_BAD_REQUEST"
  | "UPSTREAM_CONTRACT";

/** Identification of the Feishu response behind an error. It excludes the body, which may carry personal data. */
export interface UpstreamAnswer {
  /** Method and path template, such as `GET /open-apis/hire/v1/jobs/:job_id`. */
  readonly endpoint: string;
  /** `null` when no response arrived. */
  readonly httpStatus: number | null;
  /** Feishu's own error code; `null` when the response had none. */
  readonly code: number | null;
  /** `X-Tt-Logid`, which Feishu's support requests. */
  readonly logId: string | null;
}

/** A Feishu call without a usable response. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  readonly code: UpstreamErrorCode;
  /** `null` when the fault appears only after the response, in one of its values. */
  readonly upstream: UpstreamAnswer | null;
  /** Milliseconds until a retry makes sense; `null` when unknown. */
  readonly retryAfterMs: number | null;
  /** Feishu has not processed the call: the connection was closed for being idle while the call was on its way. */
  readonly isUnprocessed: boolean;

  constructor(
    code: UpstreamErrorCode,
    message: string,
    upstream: UpstreamAnswer | null,
    options: { retryAfterMs?: number; cause?: unknown; isUnprocessed?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.upstream = upstream;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.isUnprocessed = options.isUnprocessed ?? false;
  }

  /** Reason of the failure for the log and traces: the code of a system, TLS or undici error, such as `ENOTFOUND`. */
  get reason(): string | null {
    for (let cause = this.cause; cause instanceof Error; cause = cause.cause) {
      const [, status] = /^Proxy response \((\d{3})\)/.exec(cause.message) ?? [];
      if (status) return `PROXY_${status}`;
      const { code } = cause as { code?: unknown };
      if (typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
    }
    return null;
  }
}

/** Codes for an access token that Feishu does not accept (any more). A fresh token justifies one retry. */
export const TOKEN_REFUSED_CODES: ReadonlySet<number> = new Set([99991661, 99991663, 99991664, 99991665, 99991671]);

const CODES_BY_ERROR: Readonly<Partial<Record<UpstreamErrorCode, readonly number[]>>> = {
  UPSTREAM_RATE_LIMITED: [99991400],
  UPSTREAM_QUOTA_EXHAUSTED: [99991403, 99991406],
  UPSTREAM_UNAVAILABLE: [1002001, 2200, ...TOKEN_REFUSED_CODES],
  UPSTREAM_PERMISSION_MISSING: [
    10003, 10012, 10013, 10014, 10015, 10016, 20009, 40003, 40004, 41050, 99991401, 99991543, 99991662, 99991668,
    99991672, 99991673, 99991676, 99991677, 99991679,
  ],
  UPSTREAM_BAD_REQUEST: [
    9499, 40001, 41012, 1000001, 1002002, 1002009, 99991201, 99991301, 99992351, 99992352, 99992353, 99992361, 99992364,
    99992381, 99992402,
  ],
};

const ERROR_BY_CODE: ReadonlyMap<number, UpstreamErrorCode> = new Map(
  Object.entries(CODES_BY_ERROR).flatMap(([error, codes]) =>
    codes.map((code): [number, UpstreamErrorCode] => [code, error as UpstreamErrorCode]),
  ),
);

/**
 * Classifies a failed response. Feishu's `code` decides, because its HTTP status varies: 429, 400 and 200 have all been
 * seen with 99991400. The status decides only when the code is unknown.
 */
export function classify(code: number | null, httpStatus: number): UpstreamErrorCode {
  const known = code === null ? undefined : ERROR_BY_CODE.get(code);
  if (known) return known;
  if (httpStatus === 429) return "UPSTREAM_RATE_LIMITED";
  if (httpStatus >= 500) return "UPSTREAM_UNAVAILABLE";
  return code === null ? "UPSTREAM_CONTRACT" : "UPSTREAM_BAD_REQUEST";
}

/** Feishu's own unit of waiting, used when a throttled response does not state a wait. */
const DEFAULT_RESET_MS = 1000;
/** Longest documented window; no reset can be later. */
const MAX_RESET_MS = 60_000;

/** Codes for a tenant that the app is not available to. */
const NOT_INSTALLED_CODES: readonly number[] = [20009, 99991673];

/** Returns the error that a response represents. `resetMs` is the wait that a throttled response states, if any. */
export function toUpstreamError(upstream: UpstreamAnswer, resetMs: number | null, message?: string): UpstreamError {
  const code = classify(upstream.code, upstream.httpStatus ?? 0);
  const isNotInstalled = NOT_INSTALLED_CODES.includes(upstream.code ?? 0);
  const said = isNotInstalled
    ? "this tenant has not installed the app, or has suspended it: code"
    : "Feishu returned code";
  const text = message ?? `${said} ${upstream.code}`;
  if (code !== "UPSTREAM_RATE_LIMITED") return new UpstreamError(code, text, upstream);
  const retryAfterMs = Math.ceil(Math.min(resetMs ?? DEFAULT_RESET_MS, MAX_RESET_MS));
  return new UpstreamError(code, text, upstream, { retryAfterMs });
}
