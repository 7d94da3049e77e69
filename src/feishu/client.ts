import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import type { z } from "zod";
import type { Scheduler } from "../budget/scheduler.js";
import type { Clock } from "../clock.js";
import type { AccessToken } from "./access-token.js";
import { decodeOrThrow } from "./decode.js";
import type { Endpoint } from "./endpoints.js";
import { TOKEN_REFUSED_CODES, toUpstreamError, UpstreamError } from "./errors.js";
import { callPath, type Query } from "./path.js";
import type { HttpAnswer, Transport } from "./transport.js";

/** One call of one endpoint. */
export interface Call<T> {
  readonly endpoint: Endpoint;
  /** Values of the template's placeholders: ids, digits only. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: object;
  /** Reads the answer's `data`. */
  readonly decode: z.ZodType<T>;
  readonly signal: AbortSignal;
  /** Told of the length of the answer that is given, in characters. */
  onAnswer?(length: number): void;
}

/**
 * Makes one call and gives its decoded `data`. Asks Feishu once, once more after a failed connection or a 5xx, and once
 * more after a refused token: three times at worst.
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

/** The way from an endpoint's description to its data: retry → token → budget → transport → classification → decoding. */
export function createFeishuClient({ transport, accessToken, scheduler, clock }: FeishuClientParts): Send {
  const retries = retry(handleWhen(isRetryable), { maxAttempts: MAX_RETRIES, backoff: new ConstantBackoff(0) });

  const exchange = async ({ endpoint, body, signal }: Call<unknown>, path: string) => {
    // A first look, so that calls which were granted together do not wait for a cold token together.
    await accessToken.get(signal);
    const release = await scheduler.acquire(endpoint.key, signal);
    try {
      // The queue may have been long: what was a good token then may be refused by now.
      const token = await accessToken.get(signal);
      const headers = { authorization: `Bearer ${token}` };
      const { method, key } = endpoint;
      const answer = await transport.send({ method, endpoint: key, path, headers, body, signal });
      return { answer, token };
    } finally {
      release();
    }
  };

  return async (call) => {
    const path = callPath(call.endpoint, call.path, call.query);
    let mayRefreshToken = true;
    const attempt = async (): Promise<HttpAnswer> => {
      const { answer, token } = await exchange(call, path);
      if (!TOKEN_REFUSED_CODES.has(answer.code)) return answer;
      accessToken.invalidate(token);
      if (!mayRefreshToken) return answer;
      mayRefreshToken = false;
      return attempt();
    };
    return retries.execute(async (context) => {
      // The policy counts, the injected clock waits: cockatiel's own delay can be neither injected nor aborted.
      if (context.attempt > 0) await clock.sleep(RETRY_BASE_MS * (1 + Math.random()), call.signal);
      try {
        const answer = await attempt();
        if (answer.code !== 0) throw toUpstreamError(answer.upstream, answer.resetMs);
        call.onAnswer?.(answer.length);
        return decodeOrThrow(call.decode, answer.body.data, answer.upstream);
      } catch (error) {
        if (error instanceof UpstreamError && error.retryAfterMs !== null) {
          scheduler.pause(call.endpoint.key, error.retryAfterMs);
        }
        throw error;
      }
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
