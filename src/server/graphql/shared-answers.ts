import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import type { Caller } from "../../authz/viewer.js";
import type { Clock } from "../../core/clock.js";
import type { CostReport } from "../../graph/cost/report.js";
import { VARY, wantsFresh } from "./freshness.js";

/** Answer to an operation, in a form that can be sent again. */
export interface Answer {
  readonly body: string;
  readonly contentType: string;
  /** Milliseconds for which the whole answer stays fresh; 0 for an answer that is not reused, such as errors. */
  readonly freshForMs: number;
}

/** Answers that equal operations of one caller share. */
export interface SharedAnswers {
  /** Evicts all answers after a change, and detaches the operations in flight. */
  clear(): void;
  /** Answers a request from an equal one that is cached or in flight, and otherwise calls `run`. */
  answer(
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Caller,
    run: () => Promise<Answer>,
  ): Promise<string | Buffer>;
}

/** Cached answer, in the two forms in which others receive it. Each form is built on first use. */
interface CachedAnswer {
  readonly answer: Answer;
  readonly untilMs: number;
  readonly forms: Partial<Record<keyof CostReport["saved"], { readonly bytes: Buffer; readonly etag: string }>>;
}

/** Operation in flight, with its outcome for waiters. */
interface RunningOperation {
  readonly outcome: Promise<CachedAnswer | null>;
  readonly beganAtMs: number;
}

const MAX_BYTES = 32 * 1024 * 1024;
/** Bytes that an answer occupies beside its text. */
const ENTRY_BYTES = 512;

/**
 * Creates the cache that runs equal operations once. It coalesces those that began within `maxAgeMs`.
 * It resends an answer, byte by byte, while all of it is fresh and for at most `maxAgeMs`.
 * Equal operations share the caller, rights, text, variables and headers; these are compared, not only hashed.
 */
export function createSharedAnswers(
  clock: Clock,
  maxAgeMs: number,
  onShared: (how: keyof CostReport["saved"]) => void,
): SharedAnswers {
  const running = new Map<string, RunningOperation>();
  const cached = new LRUCache<string, CachedAnswer>({
    maxSize: MAX_BYTES,
    // The key is the whole request, of any length: long requests with short answers must not fill the memory.
    sizeCalculation: ({ answer }, key) => 2 * key.length + 3 * answer.body.length + ENTRY_BYTES,
  });

  /** Caches an answer while it is fresh. Returns `null` for errors, so that each waiter runs the operation itself. */
  const store = (key: string, answer: Answer, isCurrent: () => boolean): CachedAnswer | null => {
    if (answer.body.startsWith('{"errors"')) return null;
    const outcome = { answer, untilMs: clock.now() + Math.min(answer.freshForMs, maxAgeMs), forms: {} };
    if (outcome.untilMs > clock.now() && isCurrent()) cached.set(key, outcome);
    return outcome;
  };

  /** Runs an operation for all of its waiters. */
  const runForAll = async (key: string, run: () => Promise<Answer>): Promise<string> => {
    const answering = run();
    const outcome = answering.then(
      (answer) => store(key, answer, () => running.get(key) === operation),
      () => null,
    );
    const operation: RunningOperation = { outcome, beganAtMs: clock.now() };
    running.set(key, operation);
    void outcome.then(() => running.get(key) === operation && running.delete(key));
    return (await answering).body;
  };

  const sendCached = (
    request: FastifyRequest,
    reply: FastifyReply,
    found: CachedAnswer,
    how: keyof CostReport["saved"],
  ) => {
    onShared(how);
    const form = found.forms[how] ?? toForm(found.answer, how);
    found.forms[how] = form;
    const seconds = Math.floor(Math.max(0, found.untilMs - clock.now()) / 1000);
    reply.headers({
      "content-type": found.answer.contentType,
      "cache-control": seconds > 0 ? `private, max-age=${seconds}` : "no-store",
      vary: VARY,
      etag: form.etag,
    });
    if (request.method === "GET" && matches(request.headers["if-none-match"], form.etag)) {
      reply.code(304);
      return Buffer.alloc(0);
    }
    return form.bytes;
  };

  return {
    clear() {
      cached.clear();
      running.clear();
    },
    async answer(request, reply, caller, run) {
      const key = keyOf(request, caller);
      if (key === null) return (await run()).body;
      const entry = cached.get(key);
      if (entry && entry.untilMs > clock.now()) return sendCached(request, reply, entry, "cache");
      const operation = running.get(key);
      // The first reads of a long operation may already exceed the maximum age of an answer.
      if (!operation || clock.now() - operation.beganAtMs > maxAgeMs) return runForAll(key, run);
      const outcome = await operation.outcome;
      // If the first call failed, its waiters run the operation themselves; the loaders coalesce their reads.
      return outcome ? sendCached(request, reply, outcome, "coalesced") : (await run()).body;
    },
  };
}

/** Returns true if `If-None-Match` names the tag; the comparison is weak, as HTTP says. */
const matches = (header: string | undefined, etag: string): boolean =>
  header === "*" || !!header?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag.replace(/^W\//, ""));

/** Request headers that change an answer. */
const HEADERS = ["accept", "accept-language", "x-request-timeout", "x-gateway-secret"] as const;

/**
 * Returns the cache key of a request; `null` when its answer is not shared.
 * Such a request bypasses the cache, asks for an explanation, or is not safe from other sites.
 */
function keyOf(request: FastifyRequest, caller: Caller): string | null {
  const { method, headers, body, raw } = request;
  if (wantsFresh(request) || headers["x-explain"] !== undefined || !isFromOurClients(request)) return null;
  const who = caller && [
    caller.tenant,
    caller.idType,
    caller.userId,
    Object.entries(caller.ids),
    [...caller.scopes].toSorted(),
  ];
  try {
    return JSON.stringify([method, method === "GET" ? raw.url : body, who, HEADERS.map((name) => headers[name])]);
  } catch {
    // Variables that are nested deeper than the stack. Their validation reports the error.
    return null;
  }
}

/** Returns true for requests that pass Apollo Server's CSRF protection. Apollo Server must see all others itself. */
const isFromOurClients = ({ method, headers }: FastifyRequest): boolean =>
  method === "POST"
    ? /^application\/json\b/.test(headers["content-type"] ?? "")
    : !!(headers["apollo-require-preflight"] || headers["x-apollo-operation-name"]);

/** Returns the same answer for a caller that it cost no upstream calls. */
function toForm({ body }: Answer, how: keyof CostReport["saved"]) {
  const { extensions, ...rest } = JSON.parse(body) as { extensions?: { cost?: CostReport } };
  const cost = extensions?.cost && withoutCalls(extensions.cost, how);
  const extended = extensions && { extensions: { ...extensions, ...(cost && { cost }) } };
  const bytes = Buffer.from(`${JSON.stringify({ ...rest, ...extended })}\n`);
  // Weak: compressed, it is the same answer in other bytes.
  return { bytes, etag: `W/"${createHash("sha256").update(bytes).digest("base64url")}"` };
}

function withoutCalls(cost: CostReport, how: keyof CostReport["saved"]): CostReport {
  const nothing = <C extends Pick<CostReport, "actual" | "saved">>(counts: C): C => {
    const { actual, saved } = counts;
    const all = actual + saved.cache + saved.coalesced;
    return { ...counts, actual: 0, extra: 0, saved: { cache: 0, coalesced: 0, [how]: all } };
  };
  return { ...nothing(cost), endpoints: cost.endpoints.map(nothing) };
}
