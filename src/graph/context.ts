import type { DocumentNode, OperationDefinitionNode } from "graphql";
import type { Secret } from "../core/secret.js";
import type { LiveLists } from "../live/live-lists.js";
import { createResumeTokenCodec, type ResumeTokenCodec } from "../live/resume-token.js";
import type { CallStats, Loaders } from "../loaders/index.js";
import { type CursorCodec, createCursorCodec } from "../pagination/cursor.js";
import type { PlanStep } from "./cost/endpoint-prices.js";
import type { ErrorCode } from "./errors.js";

/** Context of the resolvers: one per request. */
export interface GraphContext {
  /** Id that every error and the header `x-request-id` repeat. */
  readonly requestId: string;
  readonly loaders: Loaders;
  /** Live lists of the tenant. */
  readonly live: Pick<LiveLists, "subscribe">;
  /** Calls that the request has spent and saved. */
  readonly callStats: CallStats;
  readonly settings: GraphSettings;
  /** Gateway-only fields that this request may use. */
  readonly gatewayAccess: GatewayAccess;
  /** True if the response may include what really happened upstream, log ids included. */
  readonly mayExplain: boolean;
  /** Language of texts for which the query names no locale. */
  readonly locale: "zhCn" | "enUs";
  /** Returns the remaining quota of an endpoint in this tenant; `null` without a quota. */
  remainingOf(endpoint: string): { readonly remaining: number; readonly resetMs: number } | null;
  /** Returns the milliseconds for which everything read for this request stays fresh; `null` before the first read. */
  freshForMs(): number | null;
  /** Receives the subscription of a client that wants a stream; absent for operations with one response. */
  readonly stream?: StreamSlot;
  /** Records the end of the operation. `name` is the client's for it; `outcome` is the first error's code, if any. */
  ended(name: string | null, outcome: "ok" | ErrorCode): void;
  /** Logs an error that a response carries outside its `errors`. */
  logError(error: unknown, fieldName: string): void;
}

/** Slot that the pipeline of operations fills with a subscription once it has passed every check before execution. */
export interface StreamSlot {
  steps: readonly PlanStep[];
  prepared: PreparedSubscription | null;
}

/** Subscription that may run. */
export interface PreparedSubscription {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Worst-case cost of one message. */
  readonly steps: readonly PlanStep[];
}

/** Access to the gateway-only fields. */
export interface GatewayAccess {
  readonly _entities: boolean;
  /** Access to the schema, which introspection exposes too. */
  readonly _service: boolean;
}

/** Settings that all requests of a tenant share. */
export interface GraphSettings {
  /** Maximum of `first`. */
  readonly maxFirst: number;
  /** Secret that signs cursors and resume tokens. */
  readonly cursorSecret: Secret;
  /** Owner of the data: part of every cursor's scope. */
  readonly tenant: string;
}

/** Returns the cursor codec of one list, which its field and arguments name. */
export function cursorCodecOf({ settings }: GraphContext, list: readonly string[]): CursorCodec {
  return createCursorCodec(settings.cursorSecret.reveal(), [settings.tenant, ...list]);
}

/** Returns the codec for resume tokens of the list's subscribers, named the same way. */
export function positionCodecOf({ settings }: GraphContext, list: readonly string[]): ResumeTokenCodec {
  return createResumeTokenCodec(settings.cursorSecret.reveal(), [settings.tenant, ...list]);
}
