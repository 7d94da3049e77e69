import { describe, expect, it } from "vitest";
import type { Call } from "../../src/feishu/call.js";
import type { Send } from "../../src/feishu/client.js";
import { createCache } from "../../src/loaders/cache.js";
import { type CachedReads, createCachedReads } from "../../src/loaders/cached-reads.js";
import { createFakeClock } from "../support/fake-clock.js";
import { readContext } from "../support/read-context.js";

const context = readContext();
const ttl = { jobMs: 60_000, talentMs: 60_000, applicationMs: 60_000, userMs: 60_000, pageMs: 60_000 };
const filter = { userId: "1", userIdType: "open_id", activityStatus: null } as const;

const whole = async (answer: Promise<{ all(): object } | null>) => (await answer)?.all();

/** Every kind of read, all with the same id. */
const READS: Readonly<Record<string, (reads: CachedReads) => Promise<unknown>>> = {
  job: (reads) => whole(reads.job.read(context, "1")),
  jobDetail: (reads) => whole(reads.jobDetail.read(context, "1")),
  talent: (reads) => whole(reads.talent.read(context, "1")),
  application: (reads) => whole(reads.application.read(context, "1")),
  applicationDetail: (reads) => whole(reads.applicationDetail.read(context, "1", [])),
  applicationDetailWithOffer: (reads) => whole(reads.applicationDetail.read(context, "1", ["with_offer"])),
  userByOpenId: (reads) => reads.user.read(context, "open_id", "1"),
  userByUnionId: (reads) => reads.user.read(context, "union_id", "1"),
  basicUser: (reads) => reads.basicUser.read(context, "open_id", "1"),
  examsByOpenId: (reads) => reads.exams.read(context, "open_id", "1"),
  examsByUserId: (reads) => reads.exams.read(context, "user_id", "1"),
  examTasks: (reads) => reads.taskPage(context, "examMarkingTasks", filter, null),
  examTasksOfUnionId: (reads) =>
    reads.taskPage(context, "examMarkingTasks", { ...filter, userIdType: "union_id" }, null),
  pendingExamTasks: (reads) => reads.taskPage(context, "examMarkingTasks", { ...filter, activityStatus: 1 }, null),
  secondPage: (reads) => reads.taskPage(context, "examMarkingTasks", filter, "2"),
  interviewTasks: (reads) => reads.taskPage(context, "interviewTasks", filter, null),
};

/** Creates one tenant's reads; every response of its Feishu contains the tenant's name. */
function createTenant(tenant: string, cache: ReturnType<typeof createCache>) {
  const calls: string[] = [];
  const send = (async <T>({ endpoint, decode }: Call<T>) => {
    calls.push(endpoint.key);
    const job = { id: "1", title: tenant };
    const application = { id: "1", termination_reason_note: tenant };
    const user = { open_id: "1", union_id: "1", user_id: "1", name: tenant };
    const data = {
      job,
      job_detail: { basic_info: job },
      talent_id: "1",
      basic_info: { name: tenant },
      application,
      application_detail: { basic_info: { ...application, owner_id: tenant } },
      items: endpoint.key.includes("tasks") ? [{ id: tenant }] : [{ ...user, test_id: tenant, application_id: "1" }],
      users: [user],
      has_more: false,
    };
    const upstream = { endpoint: endpoint.key, httpStatus: 200, code: 0, logId: null };
    return decode.decode(data, upstream, Buffer.from(JSON.stringify({ data })));
  }) as Send;
  return { calls, reads: createCachedReads({ send, cache, tenant, ttl, available: () => 0 }) };
}

describe("reads that share one cache", () => {
  it("never serve data of another tenant or of another kind of read", async () => {
    const cache = createCache(createFakeClock(), 1e7);
    const tenants = [createTenant("tenant-a", cache), createTenant("tenant-b", cache)];
    for (const round of [1, 2]) {
      for (const [name, { calls, reads }] of tenants.map((tenant, i) => [`tenant-${"ab"[i]}`, tenant] as const)) {
        const other = name === "tenant-a" ? "tenant-b" : "tenant-a";
        for (const [kind, read] of Object.entries(READS)) {
          const seen = JSON.stringify(await read(reads));
          expect(seen, kind).toContain(name);
          expect(seen, kind).not.toContain(other);
        }
        // The second round comes from the cache alone and still keeps tenants apart.
        expect(calls, `round ${round}`).toHaveLength(Object.keys(READS).length);
      }
    }
  });
});
