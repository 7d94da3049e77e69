import { describe, expect, it } from "vitest";
import type { Call } from "../../src/feishu/call.js";
import type { Send } from "../../src/feishu/client.js";
import { createEntityCache } from "../../src/loaders/entity-cache.js";
import { createLedger } from "../../src/loaders/ledger.js";
import { createSharedReads, type SharedReads } from "../../src/loaders/shared-reads.js";
import type { Reader } from "../../src/loaders/sharer.js";
import { createFakeClock } from "../support/fake-clock.js";
import { neverAborted } from "../support/upstream.js";

const reader: Reader = {
  signal: neverAborted(),
  fresh: false,
  caller: "test",
  deadlineMs: Number.POSITIVE_INFINITY,
  ledger: createLedger(0),
};
const ttl = { jobMs: 60_000, talentMs: 60_000, applicationMs: 60_000, userMs: 60_000, pageMs: 60_000 };
const filter = { userId: "1", userIdType: "open_id", activityStatus: null } as const;

const whole = async (answer: Promise<{ all(): object } | null>) => (await answer)?.all();

/** Every kind of read, of the same id. */
const READS: Readonly<Record<string, (reads: SharedReads) => Promise<unknown>>> = {
  job: (reads) => whole(reads.job("1", reader)),
  jobDetail: (reads) => whole(reads.jobDetail("1", reader)),
  talent: (reads) => whole(reads.talent("1", reader)),
  application: (reads) => whole(reads.application("1", reader)),
  applicationDetail: (reads) => whole(reads.applicationDetail("1", [], reader)),
  applicationDetailWithOffer: (reads) => whole(reads.applicationDetail("1", ["with_offer"], reader)),
  userByOpenId: (reads) => reads.user("1", "open_id", reader),
  userByUnionId: (reads) => reads.user("1", "union_id", reader),
  basicUser: (reads) => reads.basicUser("1", "open_id", reader),
  examsByOpenId: (reads) => reads.exams("1", "open_id", reader),
  examsByUserId: (reads) => reads.exams("1", "user_id", reader),
  examTasks: (reads) => reads.taskPage("examMarkingTasks", filter, null, reader, false),
  examTasksOfUnionId: (reads) =>
    reads.taskPage("examMarkingTasks", { ...filter, userIdType: "union_id" }, null, reader, false),
  pendingExamTasks: (reads) =>
    reads.taskPage("examMarkingTasks", { ...filter, activityStatus: 1 }, null, reader, false),
  secondPage: (reads) => reads.taskPage("examMarkingTasks", filter, "2", reader, false),
  interviewTasks: (reads) => reads.taskPage("interviewTasks", filter, null, reader, false),
};

/** Feishu as one tenant sees it: everything is there and names the tenant. */
function createTenant(tenant: string, cache: ReturnType<typeof createEntityCache>) {
  const calls: string[] = [];
  const send: Send = async <T>({ endpoint, decode }: Call<T>) => {
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
  };
  return { calls, reads: createSharedReads({ send, cache, tenant, ttl, room: () => 0 }) };
}

describe("reads that share one cache", () => {
  it("never give one tenant what was read for another, nor one kind of read what another gave", async () => {
    const cache = createEntityCache(createFakeClock(), 1e7);
    const tenants = [createTenant("tenant-a", cache), createTenant("tenant-b", cache)];
    for (const round of [1, 2]) {
      for (const [name, { calls, reads }] of tenants.map((tenant, i) => [`tenant-${"ab"[i]}`, tenant] as const)) {
        const other = name === "tenant-a" ? "tenant-b" : "tenant-a";
        for (const [kind, read] of Object.entries(READS)) {
          const seen = JSON.stringify(await read(reads));
          expect(seen, kind).toContain(name);
          expect(seen, kind).not.toContain(other);
        }
        // The second round is all from the cache, and still everybody's own.
        expect(calls, `round ${round}`).toHaveLength(Object.keys(READS).length);
      }
    }
  });
});
