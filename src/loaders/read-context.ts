import type { CallContext, CallTrace } from "../feishu/call.js";
import type { CallStats } from "./call-stats.js";

/** Context of one operation's reads, from its resolvers down to the socket. */
export interface ReadContext extends CallContext {
  /** True if reads must ignore cached answers. */
  readonly fresh: boolean;
  readonly observer: CallStats;
  /** Called for each answer, with the milliseconds that it stays fresh. */
  onAnswer?(freshForMs: number): void;
  /** Trace of the operation's reads, if it is traced. */
  readonly trace?: ReadTrace;
}

/** Trace of one operation's reads. */
export interface ReadTrace {
  call(endpoint: string): CallTrace;
  /** Records that a read joined one that another operation started. */
  joined(other: ReadTrace): void;
}
