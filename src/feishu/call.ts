import type { Secret } from "../core/secret.js";
import type { AcquireContext } from "../rate-limit/permit.js";
import type { ResponseDecoder } from "./decode/decoder.js";
import type { Endpoint } from "./endpoints.js";
import type { UpstreamAnswer, UpstreamErrorCode } from "./errors.js";
import type { Query } from "./http/path.js";

/** Caller, deadline, signal and observer of a call, passed from the operation down to the socket. */
export interface CallContext extends AcquireContext {
  /** `true` for a call that no estimate includes. */
  readonly isExtra?: boolean;
  readonly observer?: CallObserver;
}

/** Observer of the calls of an operation or of a client. */
export interface CallObserver {
  /** Records that a call is being made. `isExtra` marks a call that no estimate includes. */
  called?(endpoint: string, isExtra: boolean): void;
  /** Starts the trace of a call. */
  trace?(endpoint: string): CallTrace;
  /** Records the end of a call. */
  ended(call: CallRecord): void;
}

/** Trace of one call. */
export interface CallTrace {
  /** Headers that identify the trace to Feishu. */
  readonly headers: Readonly<Record<string, string>>;
  end(call: CallRecord): void;
}

/** Record of one call that was made. Times are in milliseconds on the client's clock. */
export interface CallRecord {
  readonly endpoint: string;
  /** Time at which the call entered the queue. */
  readonly queuedAtMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** `null` when no response arrived. */
  readonly answer: UpstreamAnswer | null;
  /** `null` on success. */
  readonly failure: UpstreamErrorCode | null;
  /** Reason of a failed connection, such as `ENOTFOUND`; `null` when unknown. */
  readonly reason: string | null;
  readonly isExtra: boolean;
}

/** One call to one endpoint. */
export interface Call<T> {
  readonly endpoint: Endpoint;
  /** Values for the placeholders of the path template: ids, digits only. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: object;
  /** Decodes the `data` of the response. */
  readonly decode: ResponseDecoder<T>;
  /** A user's access token, sent instead of the tenant's. */
  readonly bearer?: Secret;
  /** Feishu's error codes for "not found". The call then returns `null`. */
  readonly absentCodes?: readonly number[];
}

/** A call that returns `null` when Feishu reports "not found". */
export type LookupCall<T> = Call<T> & Required<Pick<Call<T>, "absentCodes">>;
