import type { CallContext, CallTrace } from "../feishu/call.js";
import type { CallStats } from "./call-stats.js";

/** For whom something is read: one operation, from its resolvers down to the socket. */
export interface ReadContext extends CallContext {
  /** Wants an answer that is fetched now, whatever is cached. */
  readonly fresh: boolean;
  readonly observer: CallStats;
  /** Called for each answer given, with the milliseconds for which it stays fresh. */
  onAnswer?(freshForMs: number): void;
  /** Follows the operation's reads, where it is traced. */
  readonly trace?: ReadTrace;
}

/** Follows one operation's reads. */
export interface ReadTrace {
  call(endpoint: string): CallTrace;
  /** A read joins one that was begun for another operation. */
  joined(other: ReadTrace): void;
}
