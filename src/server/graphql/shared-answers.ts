import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import type { Caller } from "../../authz/viewer.js";
import type { Clock } from "../../core/clock.js";
import type { CostReport } from "../../graph/cost/report.js";
import { VARY, wantsFresh } from "./freshness.js";

/** What an operation was answered with, as it may be given again. */
export interface Answer {
  readonly body: string;
  readonly contentType: string;
  /** Milliseconds for which all of it stays fresh; 0 for what nobody may have again, such as errors. */
  readonly freshForMs: number;
}

/** Answers that equal operations of one caller share. */
export interface SharedAnswers {
  /** Something has changed: what was answered before is given to nobody any more. */
  clear(): void;
  /** Answers a request with what an equal one has got, or is getting, and otherwise with what `run` gives. */
  answer(
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Caller,
    run: () => Promise<Answer>,
  ): Promise<string | Buffer>;
}

/** An answer that is kept, in the two forms in which others get it, each made when it is first wanted. */
interface CachedAnswer {
  readonly answer: Answer;
  readonly untilMs: number;
  readonly forms: Partial<Record<keyof CostReport["saved"], { readonly bytes: Buffer; readonly etag: string }>>;
}

/** An operation under way: what comes of it for others. */
interface RunningOperation {
  readonly outcome: Promise<CachedAnswer | null>;
  readonly beganAtMs: number;
}

const MAX_BYTES = 32 * 1024 * 1024;
/** What an answer takes up beside its text. */
const ENTRY_BYTES = 512;

/**
 * Whole operations are run once: equal ones that began within `maxAgeMs` are joined, and an answer is given again, byte by
 * byte, while all of it is fresh, for as long at most. Equal are operations of one caller with the same rights, text, variables and
 * headers: compared, not only hashed.
 */
export function createSharedAnswers(
  clock: Clock,
  maxAgeMs: number,
  onShared: (how: keyof CostReport["saved"]) => void,
): SharedAnswers {
  const running = new Map<string, RunningOperation>();
  const cached = new LRUCache<string, CachedAnswer>({
    maxSize: MAX_BYTES,
    // The key is what was asked, at any length: whoever asks for little at great length must not fill the memory.
    sizeCalculation: ({ answer }, key) => 2 * key.length + 3 * answer.body.length + ENTRY_BYTES,
  });

  /** What is wrong, or nobody may have again, is nobody else's: `null`, and each then finds out alone. */
  const store = (key: string, answer: Answer, isCurrent: () => boolean): CachedAnswer | null => {
    if (answer.body.startsWith('{"errors"')) return null;
    const outcome = { answer, untilMs: clock.now() + Math.min(answer.freshForMs, maxAgeMs), forms: {} };
    if (outcome.untilMs > clock.now() && isCurrent()) cached.set(key, outcome);
    return outcome;
  };

  /** Runs it for all who join. */
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
    if (request.method === "GET" && request.headers["if-none-match"] === form.etag) {
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
      const held = cached.get(key);
      if (held && held.untilMs > clock.now()) return sendCached(request, reply, held, "cache");
      const operation = running.get(key);
      // What a long one read first may be older by now than an answer may be.
      if (!operation || clock.now() - operation.beganAtMs > maxAgeMs) return runForAll(key, run);
      const outcome = await operation.outcome;
      // Where it failed for whoever led it, those who waited run it themselves; their reads are joined further down.
      return outcome ? sendCached(request, reply, outcome, "coalesced") : (await run()).body;
    },
  };
}

/** Headers that change an answer. */
const HEADERS = ["accept", "accept-language", "x-request-timeout", "x-gateway-secret"] as const;

/** What has to be equal; `null` for what is not shared: it is asked for anew, explained, or not safe from other sites. */
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
    // Variables that are nested deeper than the stack: whoever checks them says what is wrong.
    return null;
  }
}

/** What Apollo Server's protection against cross-site requests lets through: all else it has to see itself. */
const isFromOurClients = ({ method, headers }: FastifyRequest): boolean =>
  method === "POST"
    ? /^application\/json\b/.test(headers["content-type"] ?? "")
    : !!(headers["apollo-require-preflight"] || headers["x-apollo-operation-name"]);

/** The same answer for somebody whom it has cost nothing. */
function toForm({ body }: Answer, how: keyof CostReport["saved"]) {
  const { extensions, ...rest } = JSON.parse(body) as { extensions?: { cost?: CostReport } };
  const cost = extensions?.cost && withoutCalls(extensions.cost, how);
  const extended = extensions && { extensions: { ...extensions, ...(cost && { cost }) } };
  const bytes = Buffer.from(`${JSON.stringify({ ...rest, ...extended })}\n`);
  return { bytes, etag: `"${createHash("sha256").update(bytes).digest("base64url")}"` };
}

function withoutCalls(cost: CostReport, how: keyof CostReport["saved"]): CostReport {
  const nothing = <C extends Pick<CostReport, "actual" | "saved">>(counts: C): C => {
    const { actual, saved } = counts;
    const all = actual + saved.cache + saved.coalesced;
    return { ...counts, actual: 0, extra: 0, saved: { cache: 0, coalesced: 0, [how]: all } };
  };
  return { ...nothing(cost), endpoints: cost.endpoints.map(nothing) };
}
