import type { Secret } from "../core/secret.js";
import type { LiveLists } from "../live/live-lists.js";
import { createResumeTokenCodec, type ResumeTokenCodec } from "../live/resume-token.js";
import type { CallStats, Loaders } from "../loaders/index.js";
import { type CursorCodec, createCursorCodec } from "../pagination/cursor.js";
import type { ErrorCode, PublicError } from "./errors.js";

/** What resolvers get: one a request. */
export interface GraphContext {
  /** Repeated in every error and in the header `x-request-id`. */
  readonly requestId: string;
  readonly loaders: Loaders;
  /** The lists of the tenant that are watched. */
  readonly live: Pick<LiveLists, "subscribe">;
  /** What the request has spent and was spared. */
  readonly callStats: CallStats;
  readonly settings: GraphSettings;
  /** Which of the fields that only routers use are answered. */
  readonly gatewayAccess: GatewayAccess;
  /** Whether the answer may say what really happened upstream, log ids and all. */
  readonly mayExplain: boolean;
  /** The language of texts whose language is not asked for. */
  readonly locale: "zhCn" | "enUs";
  /** What is left of an endpoint's quota in this tenant; `null` without one. */
  remainingOf(endpoint: string): { readonly remaining: number; readonly resetMs: number } | null;
  /** Milliseconds for which everything that has been read for this request stays fresh; `null` before the first read. */
  freshForMs(): number | null;
  /** The operation has ended: `name` is the client's for it, and of errors the first is told. */
  ended(name: string | null, outcome: "ok" | ErrorCode): void;
  /** Logs an error that leaves in an answer, but not as one of its errors. */
  logError(error: PublicError, fieldName: string): void;
}

/** The fields that only routers use. */
export interface GatewayAccess {
  readonly _entities: boolean;
  /** Tells the schema, as introspection does. */
  readonly _service: boolean;
}

/** What is the same for every request of a tenant. */
export interface GraphSettings {
  /** The largest `first`. */
  readonly maxFirst: number;
  /** Signs cursors. */
  readonly cursorSecret: Secret;
  /** Whose data it is: part of every cursor's scope. */
  readonly tenant: string;
}

/** The codec for one list, named by its field and arguments. */
export function cursorCodecOf({ settings }: GraphContext, list: readonly string[]): CursorCodec {
  return createCursorCodec(settings.cursorSecret.reveal(), [settings.tenant, ...list]);
}

/** The same for what a watcher of the list has been told. */
export function positionCodecOf({ settings }: GraphContext, list: readonly string[]): ResumeTokenCodec {
  return createResumeTokenCodec(settings.cursorSecret.reveal(), [settings.tenant, ...list]);
}
