import { errors } from "undici";
import type { CancelSignal } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import { createTimeouts } from "../../core/timeouts.js";
import { toUpstreamError, type UpstreamAnswer, UpstreamError } from "../errors.js";
import { MAX_BODY_BYTES, openConnections, type ProxySettings } from "./connections.js";
import { decodeContent } from "./content-coding.js";
import { AttemptTimedOut, Exchange, type ExchangeListener, type RawAnswer } from "./exchange.js";
import { isIdleReset } from "./socket-reset.js";

/** One HTTP request to Feishu. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Method and path template; identifies the call in errors, quotas and counters. */
  readonly endpoint: string;
  /** Path and query, already encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal: CancelSignal;
}

/** Feishu's response with a JSON object as its body, whatever its status or code. */
export interface HttpAnswer {
  readonly httpStatus: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** Feishu's error code; 0 means success. */
  readonly code: number;
  /** The body as received. */
  readonly bytes: Buffer;
  readonly upstream: UpstreamAnswer;
  /** `x-ogw-ratelimit-reset`, or else `Retry-After`, in milliseconds; only on throttled responses. */
  readonly resetMs: number | null;
  /** `x-ogw-ratelimit-limit`: limit of the exhausted window, in calls; only on throttled responses. */
  readonly ceiling: number | null;
}

/** Listener for the outcome of a request: exactly one call of `onAnswer` or `onFailure`. */
export interface HttpListener {
  /** Called when the request is being written to a connection. */
  onSent(): void;
  onAnswer(answer: HttpAnswer): void;
  /**
   * Receives `UPSTREAM_TIMEOUT`, `UPSTREAM_UNAVAILABLE`, `UPSTREAM_CONTRACT` (no JSON object), or the signal's reason.
   */
  onFailure(error: unknown): void;
}

/** HTTP client for one origin, over keep-alive connections. */
export interface Transport {
  dispatch(request: HttpRequest, listener: HttpListener): void;
  /** Sends a request and returns a promise; meant for infrequent requests. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** Options of the transport; `docs/configuration.md` gives the reason for every field. */
export interface TransportOptions {
  /** Origin of Feishu, with the path of a gateway in front of it. */
  readonly baseUrl: string;
  /** `null` or absent: connections are direct. */
  readonly proxy?: ProxySettings | null;
  readonly clock: Clock;
  /** Timeout of one attempt in milliseconds, from sending to the last byte of the body. */
  readonly timeoutMs: number;
  /** Receives the milliseconds that each new connection took. */
  readonly onConnected?: (ms: number) => void;
}

/** Creates a transport on undici's pool. */
export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, clock, timeoutMs, proxy = null, onConnected } = options;
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/+$/, "");
  const connections = openConnections(origin, { clock, proxy, onConnected });
  const timeouts = createTimeouts(clock, timeoutMs);

  const dispatch = (request: HttpRequest, listener: HttpListener): void => {
    const { method, endpoint, path, headers, body, signal } = request;
    const json = body === undefined ? null : JSON.stringify(body);
    const sent = {
      // Decoding costs more than the bytes: a page of tasks has 5 kB.
      "accept-encoding": "identity",
      ...headers,
      ...(json !== null && { "content-type": "application/json; charset=utf-8" }),
    };
    const exchange = new Exchange(signal, timeouts, new Interpreter(endpoint, clock, timeoutMs, listener));
    exchange.start(connections, { origin, method, path: prefix + path, headers: sent, body: json });
  };
  return {
    dispatch,
    send: (request) => new Promise((onAnswer, onFailure) => dispatch(request, { onSent() {}, onAnswer, onFailure })),
    close: () => connections.close(),
  };
}

/** Translates a raw response, or its absence, into an answer or an error. */
class Interpreter implements ExchangeListener {
  readonly #endpoint: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #listener: HttpListener;

  constructor(endpoint: string, clock: Clock, timeoutMs: number, listener: HttpListener) {
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#listener = listener;
  }

  onSent(): void {
    this.#listener.onSent();
  }

  onAnswer(raw: RawAnswer): void {
    const answer = toAnswer(this.#endpoint, raw, this.#clock);
    if (answer instanceof UpstreamError) this.#listener.onFailure(answer);
    else this.#listener.onAnswer(answer);
  }

  onFailure(error: unknown, hasBegun: boolean): void {
    this.#listener.onFailure(toFailure(error, hasBegun, this.#endpoint, this.#timeoutMs));
  }

  onCancelled(reason: unknown): void {
    this.#listener.onFailure(reason);
  }
}

type Headers = RawAnswer["headers"];

/**
 * Parses a response. A body that is not a JSON object with a code becomes `UPSTREAM_CONTRACT`, or its status's error.
 */
function toAnswer(endpoint: string, { httpStatus, headers, bytes: received }: RawAnswer, clock: Clock) {
  const resetMs = secondsToMs(headers["x-ogw-ratelimit-reset"]) ?? retryAfterMs(headers["retry-after"], clock.now());
  const bytes = decodedBody(received, headers);
  if (bytes instanceof Error) {
    const upstream = { endpoint, httpStatus, code: null, logId: logIdOf(headers, null) };
    return toUpstreamError(upstream, resetMs, bytes.message);
  }
  const body = parseObject(bytes);
  const code = codeOf(body);
  const upstream = { endpoint, httpStatus, code, logId: logIdOf(headers, body) };
  if (code === 0 && body) return { httpStatus, body, code, bytes, upstream, resetMs: null, ceiling: null };
  if (body === null || code === null) {
    return toUpstreamError(upstream, resetMs, `the response (HTTP ${httpStatus}) is not a JSON object with a code`);
  }
  const ceiling = headers["x-ogw-ratelimit-limit"];
  const isCount = typeof ceiling === "string" && /^\d{1,6}$/.test(ceiling);
  return { httpStatus, body, code, bytes, upstream, resetMs, ceiling: isCount ? Number(ceiling) : null };
}

/** Parses whole seconds as documented, or fractional ones as observed. Anything else becomes `null`. */
function secondsToMs(header: string | string[] | undefined): number | null {
  return typeof header === "string" && /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : null;
}

/** Parses seconds or an HTTP date, because a proxy in front of Feishu may throttle by itself. */
function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | null {
  const ms = secondsToMs(header);
  if (ms !== null || typeof header !== "string" || !/^[A-Z][a-z]{2}, /.test(header)) return ms;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Returns the body without content codings and byte order mark, which a gateway may have added. */
function decodedBody(received: Buffer, headers: Headers): Buffer | Error {
  const encoding = headers["content-encoding"];
  try {
    const bytes = encoding === undefined ? received : decodeContent(received, String(encoding), MAX_BODY_BYTES);
    return bytes[0] === BYTE_ORDER_MARK[0] && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
  } catch (error) {
    return error as Error;
  }
}

/** Returns Feishu's code, a number or its text; `null` without one. */
function codeOf(body: Record<string, unknown> | null): number | null {
  const code = body?.code;
  if (typeof code === "string" && /^\d{1,10}$/.test(code)) return Number(code);
  return typeof code === "number" ? code : null;
}

function parseObject(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the log id. Clients see it, so only a well-formed one passes. */
function logIdOf(headers: Headers, body: Record<string, unknown> | null): string | null {
  const detail = isObject(body?.error) ? body.error.log_id : undefined;
  for (const id of [headers["x-tt-logid"], headers["x-request-id"], detail]) {
    if (typeof id === "string" && /^[\w-]{1,64}$/.test(id)) return id;
  }
  return null;
}

function toFailure(error: unknown, hasBegun: boolean, endpoint: string, timeoutMs: number): UpstreamError {
  const upstream = { endpoint, httpStatus: null, code: null, logId: null };
  if (error instanceof AttemptTimedOut) {
    return new UpstreamError("UPSTREAM_TIMEOUT", `no response within ${timeoutMs} ms`, upstream, { cause: error });
  }
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new UpstreamError("UPSTREAM_CONTRACT", "the response is larger than 4 MiB", upstream, { cause: error });
  }
  const options = { cause: error, isUnprocessed: !hasBegun && isIdleReset(error) };
  return new UpstreamError("UPSTREAM_UNAVAILABLE", "no response: the connection failed", upstream, options);
}
