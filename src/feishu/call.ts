import type { CancelSignal } from "../cancellation.js";
import type { Secret } from "../secret.js";
import type { Endpoint } from "./endpoints.js";
import type { UpstreamAnswer, UpstreamErrorCode } from "./errors.js";
import type { Query } from "./path.js";
import type { Decoder } from "./reader.js";

/** For whom calls are made. */
export interface Payer {
  /** Callers are served in turn where the quota is short. */
  readonly caller: string;
  /** When answers are no longer wanted, on the client's clock. */
  readonly deadlineMs: number;
  /** Told of each call that is made; an extra one is a call that has to be made again. */
  note?(endpoint: string, isExtra: boolean): void;
  /** Told of each call that has ended. */
  onCall?(call: CallRecord): void;
  /** Follows a call that begins. */
  trace?(endpoint: string): CallTrace;
}

/** The trace of one call. */
export interface CallTrace {
  /** What tells Feishu which call it is part of. */
  readonly headers: Readonly<Record<string, string>>;
  end(call: CallRecord): void;
}

/** One call that was made: when, and what became of it. Times are in milliseconds on the client's clock. */
export interface CallRecord {
  readonly endpoint: string;
  /** When it began to wait for its turn. */
  readonly queuedAtMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** `null` where there was no answer. */
  readonly answer: UpstreamAnswer | null;
  /** What was wrong; `null` for a success. */
  readonly failure: UpstreamErrorCode | null;
  readonly isExtra: boolean;
}

/** Sees every call of a client, whoever pays for it. */
export interface CallObserver {
  ended(call: CallRecord): void;
}

/** One call of one endpoint. */
export interface Call<T> {
  readonly endpoint: Endpoint;
  /** Values of the template's placeholders: ids, digits only. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: object;
  /** Reads the answer's `data`. */
  readonly decode: Decoder<T>;
  readonly signal: CancelSignal;
  /** A user's token, to be used in place of the tenant's. */
  readonly bearer?: Secret;
  /** The service itself when left out, which waits as long as it takes. */
  readonly payer?: Payer;
  /** Told of the answer that is given, as it came. */
  onAnswer?(bytes: Buffer): void;
}
