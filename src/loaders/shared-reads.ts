import type { Send } from "../feishu/client.js";
import { type ContactIdType, listBasicUsers, listUsers, MAX_BASIC_USERS, MAX_USERS } from "../feishu/contact/users.js";
import { ENDPOINTS } from "../feishu/endpoints.js";
import { getApplication } from "../feishu/hire/application.js";
import { getApplicationDetail } from "../feishu/hire/application-detail.js";
import { MAX_APPLICATIONS, type ReviewerIdType, searchExams } from "../feishu/hire/exams.js";
import { getJob } from "../feishu/hire/job.js";
import { getJobDetail } from "../feishu/hire/job-detail.js";
import { getTalent } from "../feishu/hire/talent.js";
import { listTasks, type TaskFilter, type TaskKind, type TaskPage } from "../feishu/hire/tasks.js";
import { type Asker, createBatch, payingExtra } from "./batch.js";
import type { Freshness } from "./entity-cache.js";
import { createSharer, type Reader, type SharerParts } from "./sharer.js";

/** Milliseconds for which each kind of answer stays good; 0 holds nothing. */
export interface TimesToLive {
  readonly jobMs: number;
  readonly talentMs: number;
  readonly applicationMs: number;
  readonly userMs: number;
  readonly pageMs: number;
}

/** What reads are made of. */
export interface SharedReadsParts extends SharerParts {
  readonly ttl: TimesToLive;
  /** How many calls of an endpoint may start at once. */
  readonly room: (endpoint: string) => number;
  /** Told of each page of a task list that Feishu is asked for; what this gives is told of the page. */
  readonly onTaskPage?: (kind: TaskKind, filter: TaskFilter, pageToken: string | null) => (page: TaskPage) => void;
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

/** The reads of one tenant. */
export function createSharedReads(parts: SharedReadsParts) {
  const { send, cache, ttl, room, onTaskPage } = parts;
  const forJobs = renewable(ttl.jobMs);
  const forTalents = renewable(ttl.talentMs);
  const forApplications = renewable(ttl.applicationMs);
  const forUsers = renewable(ttl.userMs);
  const forPages = exact(ttl.pageMs);
  const { keyOf, shared, sharedEntity } = createSharer(parts);
  const { users, basicUsers, exams } = createBatches(send);

  return {
    job: (id: string, reader: Reader) =>
      sharedEntity(ENDPOINTS.job, [id], forJobs, reader, (via, signal) => getJob(via, id, signal)),

    jobDetail: (id: string, reader: Reader) =>
      sharedEntity(ENDPOINTS.jobDetail, [id], forJobs, reader, (via, signal) => getJobDetail(via, id, signal)),

    talent: (id: string, reader: Reader) =>
      sharedEntity(ENDPOINTS.talent, [id], forTalents, reader, (via, signal) => getTalent(via, id, signal)),

    application: (id: string, reader: Reader) =>
      sharedEntity(ENDPOINTS.application, [id], forApplications, reader, (via, signal) =>
        getApplication(via, id, signal),
      ),

    applicationDetail: (id: string, options: readonly string[], reader: Reader) =>
      sharedEntity(ENDPOINTS.applicationDetail, [id, options], forApplications, reader, (via, signal) =>
        getApplicationDetail(via, id, options, signal),
      ),

    /** Whether the plain read of one of these is held, so that asking for it costs nothing. */
    isHeld: (kind: "job" | "talent" | "application", id: string): boolean =>
      cache.isFresh(keyOf(ENDPOINTS[kind].key, [id]), renewable(ttl[`${kind}Ms`])),

    /** The same of a detailed read with these options. */
    isDetailHeld: (id: string, options: readonly string[]): boolean =>
      cache.isFresh(keyOf(ENDPOINTS.applicationDetail.key, [id, options]), forApplications),

    /** How many applications may be read in detail at once. */
    roomForDetails: (): number => room(ENDPOINTS.applicationDetail.key),

    user: (id: string, idType: ContactIdType, reader: Reader) =>
      shared(ENDPOINTS.users, [idType, id], forUsers, reader, async (_, asker) => {
        const found = await users.load(id, idType, asker);
        return found.find((user) => user[ID_FIELDS[idType]] === id) ?? null;
      }),

    basicUser: (id: string, idType: ContactIdType, reader: Reader) =>
      shared(ENDPOINTS.basicUsers, [idType, id], forUsers, reader, async (_, asker) => {
        const found = await basicUsers.load(id, idType, asker);
        return found.find((user) => user.id === id) ?? null;
      }),

    exams: (applicationId: string, idType: ReviewerIdType, reader: Reader) =>
      shared(ENDPOINTS.exams, [idType, applicationId], forApplications, reader, async (_, asker) => {
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
      const isHeld = !reader.fresh && cache.isFresh(keyOf(ENDPOINTS[kind].key, arguments_), forPages);
      const read = async (via: Send, { signal }: Asker) => {
        const landed = onTaskPage?.(kind, filter, pageToken);
        const page = await listTasks(via, kind, filter, pageToken, signal);
        landed?.(page);
        return page;
      };
      const page = await shared(ENDPOINTS[kind], arguments_, forPages, reader, read, isExtra);
      return { ...page, isHeld };
    },
  };
}
