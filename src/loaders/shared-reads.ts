import type { Send } from "../feishu/client.js";
import { type ContactIdType, listBasicUsers, listUsers, MAX_BASIC_USERS, MAX_USERS } from "../feishu/contact/users.js";
import { ENDPOINTS, type Endpoint } from "../feishu/endpoints.js";
import { getApplication } from "../feishu/hire/application.js";
import { getApplicationDetail } from "../feishu/hire/application-detail.js";
import { MAX_APPLICATIONS, type ReviewerIdType, searchExams } from "../feishu/hire/exams.js";
import { getJob } from "../feishu/hire/job.js";
import { getJobDetail } from "../feishu/hire/job-detail.js";
import { getTalent } from "../feishu/hire/talent.js";
import { listTasks, type TaskFilter, type TaskKind } from "../feishu/hire/tasks.js";
import { type Asker, createBatch, payingExtra } from "./batch.js";
import type { EntityCache, Freshness, Spared } from "./entity-cache.js";
import type { Ledger } from "./ledger.js";

/** Milliseconds for which each kind of answer stays good; 0 holds nothing. */
export interface TimesToLive {
  readonly jobMs: number;
  readonly talentMs: number;
  readonly applicationMs: number;
  readonly userMs: number;
  readonly pageMs: number;
}

/** What reads are made of. */
export interface SharedReadsParts {
  readonly send: Send;
  readonly cache: EntityCache;
  /** Whose data it is: part of every key. */
  readonly tenant: string;
  readonly ttl: TimesToLive;
  /** How many calls of an endpoint may start at once. */
  readonly room: (endpoint: string) => number;
}

/** Every read of Feishu's, shared by all requests of the process: see `EntityCache` for what that means. */
export type SharedReads = ReturnType<typeof createSharedReads>;

/** An old answer is better than none for this many times to live, and good enough to be renewed behind it for one. */
const STALE_IF_ERROR_LIVES = 10;

const renewable = (ttlMs: number): Freshness => ({
  ttlMs,
  staleWhileRevalidateMs: ttlMs,
  staleIfErrorMs: STALE_IF_ERROR_LIVES * ttlMs,
});

/** Pages are never given when they are old: rows would be missing from them. */
const exact = (ttlMs: number): Freshness => ({ ttlMs, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 });

/** Where a user's record has its id of each kind. */
const ID_FIELDS = { open_id: "openId", union_id: "unionId", user_id: "userId" } as const;

/** The endpoints that take lists of ids. */
function createBatches(send: Send) {
  const via = ({ payer }: Asker): Send => {
    let isFurtherPage = false;
    return (call) => {
      const paidBy = isFurtherPage ? payingExtra(payer) : payer;
      isFurtherPage = true;
      return send({ ...call, payer: paidBy });
    };
  };
  const users = createBatch(MAX_USERS, (ids, idType: ContactIdType, asker) =>
    listUsers(via(asker), ids, idType, asker.signal),
  );
  const basicUsers = createBatch(MAX_BASIC_USERS, (ids, idType: ContactIdType, asker) =>
    listBasicUsers(via(asker), ids, idType, asker.signal),
  );
  const exams = createBatch(MAX_APPLICATIONS, (ids, idType: ReviewerIdType, asker) =>
    searchExams(via(asker), ids, idType, asker.signal),
  );
  return { users, basicUsers, exams };
}

/** Who reads: one operation, which pays for what is called because of it. */
export interface Reader {
  /** Ends this reader's wait, and the read itself when nobody else waits for it. */
  readonly signal: AbortSignal;
  /** Wants an answer that is fetched now, whatever is held. */
  readonly fresh: boolean;
  /** Callers are served in turn where the quota is short. */
  readonly caller: string;
  /** When answers are no longer wanted, on the injected clock. */
  readonly deadlineMs: number;
  readonly ledger: Ledger;
  /** Told, for each answer given, for how many milliseconds it stays fresh. */
  onAnswer?(freshForMs: number): void;
}

/** Reads through the cache, at the reader's expense. */
function createSharer({ send, cache, tenant }: SharedReadsParts) {
  const keyOf = (endpoint: string, arguments_: readonly unknown[]): string =>
    JSON.stringify([tenant, endpoint, ...arguments_]);
  const shared = <T>(
    { key }: Endpoint,
    arguments_: readonly unknown[],
    freshness: Freshness,
    reader: Reader,
    read: (send: Send, asker: Asker) => Promise<T>,
    isExtra = false,
  ): Promise<T> => {
    const { caller, deadlineMs, ledger } = reader;
    const note = (endpoint: string, again: boolean): void => ledger.called(endpoint, isExtra || again);
    const served = { ...reader, onSpared: (how: Spared) => ledger.spared(key, how) };
    return cache.read(keyOf(key, arguments_), freshness, served, async (signal) => {
      let bytes = 0;
      const payer = { caller, deadlineMs, note, onCall: ledger.ended };
      const metered: Send = (call) => send({ ...call, payer, onAnswer: (length) => (bytes += length) });
      const value = await read(metered, { payer, signal });
      // A batch's answer is everybody's: what this part of it takes up is not told by its length.
      return { value, bytes: bytes || JSON.stringify(value).length };
    });
  };
  return { keyOf, shared };
}

/** The reads of one tenant. */
export function createSharedReads(parts: SharedReadsParts) {
  const { send, cache, ttl, room } = parts;
  const { keyOf, shared } = createSharer(parts);
  const { users, basicUsers, exams } = createBatches(send);

  return {
    job: (id: string, reader: Reader) =>
      shared(ENDPOINTS.job, [id], renewable(ttl.jobMs), reader, (via, { signal }) => getJob(via, id, signal)),

    jobDetail: (id: string, reader: Reader) =>
      shared(ENDPOINTS.jobDetail, [id], renewable(ttl.jobMs), reader, (via, { signal }) =>
        getJobDetail(via, id, signal),
      ),

    talent: (id: string, reader: Reader) =>
      shared(ENDPOINTS.talent, [id], renewable(ttl.talentMs), reader, (via, { signal }) => getTalent(via, id, signal)),

    application: (id: string, reader: Reader) =>
      shared(ENDPOINTS.application, [id], renewable(ttl.applicationMs), reader, (via, { signal }) =>
        getApplication(via, id, signal),
      ),

    applicationDetail: (id: string, options: readonly string[], reader: Reader) =>
      shared(ENDPOINTS.applicationDetail, [id, options], renewable(ttl.applicationMs), reader, (via, { signal }) =>
        getApplicationDetail(via, id, options, signal),
      ),

    /** Whether the plain read of one of these is held, so that asking for it costs nothing. */
    isHeld: (kind: "job" | "talent" | "application", id: string): boolean =>
      cache.isFresh(keyOf(ENDPOINTS[kind].key, [id]), renewable(ttl[`${kind}Ms`])),

    /** The same of a detailed read with these options. */
    isDetailHeld: (id: string, options: readonly string[]): boolean =>
      cache.isFresh(keyOf(ENDPOINTS.applicationDetail.key, [id, options]), renewable(ttl.applicationMs)),

    /** How many applications may be read in detail at once. */
    roomForDetails: (): number => room(ENDPOINTS.applicationDetail.key),

    user: (id: string, idType: ContactIdType, reader: Reader) =>
      shared(ENDPOINTS.users, [idType, id], renewable(ttl.userMs), reader, async (_, asker) => {
        const found = await users.load(id, idType, asker);
        return found.find((user) => user[ID_FIELDS[idType]] === id) ?? null;
      }),

    basicUser: (id: string, idType: ContactIdType, reader: Reader) =>
      shared(ENDPOINTS.basicUsers, [idType, id], renewable(ttl.userMs), reader, async (_, asker) => {
        const found = await basicUsers.load(id, idType, asker);
        return found.find((user) => user.id === id) ?? null;
      }),

    exams: (applicationId: string, idType: ReviewerIdType, reader: Reader) =>
      shared(ENDPOINTS.exams, [idType, applicationId], renewable(ttl.applicationMs), reader, async (_, asker) => {
        const found = await exams.load(applicationId, idType, asker);
        return found.filter((exam) => exam.applicationId === applicationId);
      }),

    /**
     * One page of a task list, and whether it was held: the next page then belongs to another moment. An extra page is one
     * that no plan foresees.
     */
    taskPage: async (
      kind: TaskKind,
      filter: TaskFilter,
      pageToken: string | null,
      reader: Reader,
      isExtra: boolean,
    ) => {
      const arguments_ = [filter.userIdType, filter.userId, filter.activityStatus, pageToken];
      const freshness = exact(ttl.pageMs);
      const isHeld = !reader.fresh && cache.isFresh(keyOf(ENDPOINTS[kind].key, arguments_), freshness);
      const read = (via: Send, { signal }: Asker) => listTasks(via, kind, filter, pageToken, signal);
      const page = await shared(ENDPOINTS[kind], arguments_, freshness, reader, read, isExtra);
      return { ...page, isHeld };
    },
  };
}
