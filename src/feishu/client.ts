import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import type { z } from "zod";
import type { Scheduler } from "../budget/scheduler.js";
import type { Clock } from "../clock.js";
import type { AccessToken } from "./access-token.js";
import { decodeOrThrow } from "./decode.js";
import type { Endpoint } from "./endpoints.js";
import { classify, TOKEN_REFUSED_CODES, UpstreamError } from "./errors.js";
import type { HttpAnswer, Transport } from "./transport.js";

/** One call of one endpoint. */
export interface Call<T> {
  readonly endpoint: Endpoint;
  /** Values of the template's placeholders: ids, digits only. */
  readonly path?: Readonly<Record<string, string>>;
  /** Query parameters; those that are `null` are left out. */
  readonly query?: Readonly<Record<string, string | number | null>>;
  /** Reads the answer's `data`. */
  readonly decode: z.ZodType<T>;
  readonly signal: AbortSignal;
}

/**
 * Makes one call and gives its decoded `data`.
 * @throws {UpstreamError} for every way in which Feishu can fail.
 * @throws the signal's reason when the call's signal aborts.
 */
export type Send = <T>(call: Call<T>) => Promise<T>;

/** What a client is made of. */
export interface FeishuClientParts {
  readonly transport: Transport;
  readonly accessToken: AccessToken;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
}

/** Idempotent reads get one more try after a failed connection or a 5xx. */
const MAX_RETRIES = 1;
const RETRY_BASE_MS = 100;
/** Feishu's own unit of waiting, for the rare throttled answer that does not say how long. */
const DEFAULT_RESET_MS = 1000;

/** The way from an endpoint's description to its data: retry → budget → token → transport → classification → decoding. */
export function createFeishuClient({ transport, accessToken, scheduler, clock }: FeishuClientParts): Send {
  const retries = retry(handleWhen(isRetryable), { maxAttempts: MAX_RETRIES, backoff: new ConstantBackoff(0) });

  const attempt = async (call: Call<unknown>, path: string): Promise<{ answer: HttpAnswer; token: string }> => {
    const { endpoint, signal } = call;
    const token = await accessToken.get(signal);
    await scheduler.acquire(endpoint.key, signal);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await transport.send({ method: endpoint.method, endpoint: endpoint.key, path, headers, signal });
    return { answer, token };
  };

  const exchange = async (call: Call<unknown>, path: string): Promise<HttpAnswer> => {
    const first = await attempt(call, path);
    if (!TOKEN_REFUSED_CODES.has(first.answer.code)) return first.answer;
    accessToken.invalidate(first.token);
    return (await attempt(call, path)).answer;
  };

  return async (call) => {
    const path = pathOf(call);
    return retries.execute(async (context) => {
      // The policy counts, the injected clock waits: cockatiel's own delay can be neither injected nor aborted.
      if (context.attempt > 0) await clock.sleep(RETRY_BASE_MS * (1 + Math.random()), call.signal);
      const answer = await exchange(call, path);
      if (answer.code === 0) return decodeOrThrow(call.decode, answer.body.data, answer.upstream);
      const error = toError(answer);
      if (error.retryAfterMs !== null) scheduler.pause(call.endpoint.key, error.retryAfterMs);
      throw error;
    }, call.signal);
  };
}

/** `null` where the upstream says, with one of `codes`, that there is no such thing. */
export async function nullIfAbsent<T>(codes: readonly number[], answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UpstreamError && codes.includes(error.upstream?.code ?? 0)) return null;
    throw error;
  }
}

function isRetryable(error: Error): boolean {
  if (!(error instanceof UpstreamError) || error.code !== "UPSTREAM_UNAVAILABLE") return false;
  return !TOKEN_REFUSED_CODES.has(error.upstream?.code ?? 0);
}

function toError({ code, httpStatus, upstream, resetMs }: HttpAnswer): UpstreamError {
  const error = classify(code, httpStatus);
  const retryAfterMs = error === "UPSTREAM_RATE_LIMITED" ? (resetMs ?? DEFAULT_RESET_MS) : undefined;
  const message = `Feishu answered code ${code}`;
  return new UpstreamError(error, message, upstream, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function pathOf({ endpoint, path = {}, query = {} }: Call<unknown>): string {
  const pathname = endpoint.template.replace(/:(\w+)/g, (_, name: string) => {
    const id = path[name];
    if (id !== undefined && isFeishuId(id)) return id;
    const upstream = { endpoint: endpoint.key, httpStatus: null, code: null, logId: null };
    throw new UpstreamError("UPSTREAM_CONTRACT", `${name}: expected a string of 1 to 20 digits`, upstream);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null) search.append(name, String(value));
  return search.size > 0 ? `${pathname}?${search}` : pathname;
}

/** Whether `id` has the form of the ids of jobs, talents and applications: nothing else may enter a path. */
export function isFeishuId(id: string): boolean {
  return /^\d{1,20}$/.test(id);
}
