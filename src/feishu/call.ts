import type { Secret } from "../core/secret.js";
import type { AcquireContext } from "../rate-limit/permit.js";
import type { ResponseDecoder } from "./decode/decoder.js";
import type { Endpoint } from "./endpoints.js";
import type { UpstreamAnswer, UpstreamErrorCode } from "./errors.js";
import type { Query } from "./http/path.js";

/** For whom a call is made, from the operation down to the socket. */
export interface CallContext extends AcquireContext {
  /** The call is one that no estimate foresees. */
  readonly isExtra?: boolean;
  readonly observer?: CallObserver;
}

/** Sees the calls of an operation, or of a client. */
export interface CallObserver {
  /** A call is being made; an extra one is one that no estimate foresees. */
  called?(endpoint: string, isExtra: boolean): void;
  /** Follows a call that begins. */
  trace?(endpoint: string): CallTrace;
  /** A call has ended. */
  ended(call: CallRecord): void;
}

/** The trace of one call. */
export interface CallTrace {
  /** Headers that name the trace to Feishu. */
  readonly headers: Readonly<Record<string, string>>;
  end(call: CallRecord): void;
}

/** One call that was made. Times are in milliseconds on the client's clock. */
export interface CallRecord {
  readonly endpoint: string;
  /** When it began to wait for its turn. */
  readonly queuedAtMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** `null` where there was no answer. */
  readonly answer: UpstreamAnswer | null;
  /** `null` for a success. */
  readonly failure: UpstreamErrorCode | null;
  readonly isExtra: boolean;
}

/** One call of one endpoint. */
export interface Call<T> {
  readonly endpoint: Endpoint;
  /** Values of the template's placeholders: ids, digits only. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: object;
  /** Decodes the answer's `data`. */
  readonly decode: ResponseDecoder<T>;
  /** A user's token, to be used in place of the tenant's. */
  readonly bearer?: Secret;
  /** Feishu's codes for "there is no such thing": the call then gives `null`. */
  readonly absentCodes?: readonly number[];
}

/** The same, where the answer may be that there is no such thing. */
export type LookupCall<T> = Call<T> & Required<Pick<Call<T>, "absentCodes">>;
