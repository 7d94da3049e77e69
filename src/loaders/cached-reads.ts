import type { CallContext } from "../feishu/call.js";
import type { Send } from "../feishu/client.js";
import { type ContactIdType, listBasicUsers, listUsers, MAX_BASIC_USERS, MAX_USERS } from "../feishu/contact/users.js";
import { ENDPOINTS, type Endpoint } from "../feishu/endpoints.js";
import { UpstreamError } from "../feishu/errors.js";
import { getApplication } from "../feishu/hire/application.js";
import { getApplicationDetail } from "../feishu/hire/application-detail.js";
import { MAX_APPLICATIONS, type ReviewerIdType, searchExams } from "../feishu/hire/exams.js";
import { getJob } from "../feishu/hire/job.js";
import { getJobDetail } from "../feishu/hire/job-detail.js";
import { getTalent } from "../feishu/hire/talent.js";
import { listTasks, type TaskFilter, type TaskKind, type TaskPage } from "../feishu/hire/tasks.js";
import { createBatch } from "./batch.js";
import type { Cache, Freshness } from "./cache.js";
import type { ReadContext } from "./read-context.js";

/** Milliseconds that each kind of answer stays fresh; 0 caches nothing. */
export interface TimesToLive {
  readonly jobMs: number;
  readonly talentMs: number;
  readonly applicationMs: number;
  readonly userMs: number;
  readonly pageMs: number;
}

/** Dependencies of cached reads. */
export interface CachedReadsParts {
  readonly send: Send;
  readonly cache: Cache;
  /** Tenant that owns the data; part of every key. */
  readonly tenant: string;
  readonly ttl: TimesToLive;
  /** Returns the number of calls to an endpoint that may start now. */
  readonly available: (endpoint: string) => number;
  /** Called before a page of a task list is requested from Feishu; the returned function receives the page. */
  readonly onTaskPage?: (kind: TaskKind, filter: TaskFilter, pageToken: string | null) => (page: TaskPage) => void;
}

/** Reads of one tenant, shared by all operations of the process. See `Cache`. */
export type CachedReads = ReturnType<typeof createCachedReads>;

/** Number of ttls that a stale answer is preferred to an error. During the first, it is served while a refresh runs. */
const STALE_IF_ERROR_LIVES = 10;

const renewable = (ttlMs: number): Freshness => ({
  ttlMs,
  staleWhileRevalidateMs: ttlMs,
  staleIfErrorMs: STALE_IF_ERROR_LIVES * ttlMs,
});

/** Returns a freshness that never serves stale pages, because rows would be missing from them. */
const exact = (ttlMs: number): Freshness => ({ ttlMs, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 });

/** Field of a user's record that holds each kind of id. */
const ID_FIELDS = { open_id: "openId", union_id: "unionId", user_id: "userId" } as const;

const WITHOUT_APPLICATION = new UpstreamError("UPSTREAM_CONTRACT", "Feishu's exam lacks its application", null);

/** Creates the batches of the endpoints that take lists of ids. */
const createBatches = (send: Send) => ({
  users: createBatch(
    MAX_USERS,
    (ids, idType: ContactIdType, context) => listUsers(send, ids, idType, context),
    (user, idType) => user[ID_FIELDS[idType]],
  ),
  basicUsers: createBatch(
    MAX_BASIC_USERS,
    (ids, idType: ContactIdType, context) => listBasicUsers(send, ids, idType, context),
    ({ id }) => id,
  ),
  exams: createBatch(
    MAX_APPLICATIONS,
    (ids, idType: ReviewerIdType, context) => searchExams(send, ids, idType, context),
    ({ applicationId }) => applicationId ?? WITHOUT_APPLICATION,
  ),
});

/** Creates the reads of one tenant. */
export function createCachedReads({ send, cache, tenant, ttl, available, onTaskPage }: CachedReadsParts) {
  /** Defines one row of the table of reads: an endpoint, the freshness of its answers, and their fetch. */
  const read = <Args extends readonly unknown[], T>(
    { key: endpoint }: Endpoint,
    freshness: Freshness,
    fetch: (context: CallContext, ...args: Args) => Promise<T>,
  ) => {
    const prefix = JSON.stringify([tenant, endpoint]).slice(0, -1);
    const keyOf = (args: Args): string => `${prefix},${JSON.stringify(args).slice(1)}`;
    return {
      isFresh: (...args: Args): boolean => cache.isFresh(keyOf(args), freshness),
      read: (context: ReadContext, ...args: Args): Promise<T> =>
        cache.read({ endpoint, key: keyOf(args), freshness, fetch: (inFlight) => fetch(inFlight, ...args) }, context),
    };
  };
  const { users, basicUsers, exams } = createBatches(send);
  const jobs = renewable(ttl.jobMs);
  const applications = renewable(ttl.applicationMs);
  const directory = renewable(ttl.userMs);
  const pages = (kind: TaskKind) =>
    read(
      ENDPOINTS[kind],
      exact(ttl.pageMs),
      async (
        context,
        userIdType: TaskFilter["userIdType"],
        userId: string,
        activityStatus: number | null,
        pageToken: string | null,
      ) => {
        const filter = { userIdType, userId, activityStatus };
        const onPage = onTaskPage?.(kind, filter, pageToken);
        const page = await listTasks(send, kind, filter, pageToken, context);
        onPage?.(page);
        return page;
      },
    );
  const table = {
    job: read(ENDPOINTS.job, jobs, (context, id: string) => getJob(send, id, context)),
    jobDetail: read(ENDPOINTS.jobDetail, jobs, (context, id: string) => getJobDetail(send, id, context)),
    talent: read(ENDPOINTS.talent, renewable(ttl.talentMs), (context, id: string) => getTalent(send, id, context)),
    application: read(ENDPOINTS.application, applications, (context, id: string) => getApplication(send, id, context)),
    applicationDetail: read(
      ENDPOINTS.applicationDetail,
      applications,
      (context, id: string, options: readonly string[]) => getApplicationDetail(send, id, options, context),
    ),
    user: read(ENDPOINTS.users, directory, async (context, idType: ContactIdType, id: string) => {
      const found = await users.load(id, idType, context);
      return found.find((user) => user[ID_FIELDS[idType]] === id) ?? null;
    }),
    basicUser: read(ENDPOINTS.basicUsers, directory, async (context, idType: ContactIdType, id: string) => {
      const found = await basicUsers.load(id, idType, context);
      return found.find((user) => user.id === id) ?? null;
    }),
    exams: read(ENDPOINTS.exams, applications, async (context, idType: ReviewerIdType, applicationId: string) => {
      const found = await exams.load(applicationId, idType, context);
      return found.filter((exam) => exam.applicationId === applicationId);
    }),
    examMarkingTasks: pages("examMarkingTasks"),
    interviewTasks: pages("interviewTasks"),
    evaluationTasks: pages("evaluationTasks"),
  };
  return {
    ...table,
    /** Returns the number of application details that may be read now. */
    availableDetails: (): number => available(ENDPOINTS.applicationDetail.key),
    /** Reads one page of a task list. `isCached`: the page may be older than a next page that is read now. */
    async taskPage(context: ReadContext, kind: TaskKind, filter: TaskFilter, pageToken: string | null) {
      const args = [filter.userIdType, filter.userId, filter.activityStatus, pageToken] as const;
      const isCached = !context.fresh && table[kind].isFresh(...args);
      return { ...(await table[kind].read(context, ...args)), isCached };
    },
  };
}
