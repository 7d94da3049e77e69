import { describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.js";

/** Calls that the contract makes through any Feishu client. */
export interface ContractClient {
  listTasks(query: TaskQuery): Promise<{ ids: string[]; hasMore: boolean; pageToken: string | null }>;
  jobTitle(id: string): Promise<string>;
  talentName(id: string): Promise<string>;
  applicationStage(id: string): Promise<string>;
  /** Returns the ids of one of the sibling lists. */
  listSiblings(kind: "interviewTasks" | "evaluationTasks", userId: string): Promise<string[]>;
  recruiterId(jobId: string): Promise<string>;
  offerId(applicationId: string): Promise<string>;
  /** Returns exam ids by application, with reviewers as open_id. */
  examIds(applicationIds: readonly string[]): Promise<string[]>;
  userNames(openIds: readonly string[]): Promise<string[]>;
  basicNames(openIds: readonly string[]): Promise<string[]>;
  jobTitles(): Promise<string[]>;
}

/** Parameters of the task list. */
export interface TaskQuery {
  readonly userId: string;
  readonly userIdType?: "open_id" | "union_id" | "user_id" | "people_admin_id";
  readonly status?: 1 | 2;
  readonly pageToken?: string;
}

/** A rejected call with Feishu's code; both clients' errors are converted to it. */
export class RefusedCall extends Error {
  readonly feishuCode: number;
  constructor(feishuCode: number) {
    super(`code ${feishuCode}`);
    this.feishuCode = feishuCode;
  }
}

/** Declares the same cases for every client. */
export function describeContract(name: string, client: () => ContractClient, sandbox: () => Sandbox): void {
  const marker = () => {
    const [first] = sandbox().world.markers;
    if (!first) throw new Error("the sandbox has no markers");
    return first;
  };

  describe(`the contract, through ${name}`, () => {
    it("reads a list to its end by page tokens", async () => {
      const ids: string[] = [];
      let pages = 0;
      for (let pageToken: string | null = null; ; pages++) {
        const page = await client().listTasks({ userId: marker().ids.open_id, ...(pageToken && { pageToken }) });
        ids.push(...page.ids);
        pageToken = page.pageToken;
        if (!page.hasMore) break;
      }
      expect(pages).toBe(2);
      expect(ids).toEqual(marker().tasks.map(({ id }) => id));
    });

    it("filters by state", async () => {
      const { ids } = await client().listTasks({ userId: marker().ids.open_id, status: 2 });
      expect(ids).toEqual(
        marker()
          .tasks.filter((task) => task.activity_status === 2)
          .map(({ id }) => id),
      );
    });

    it.each(["open_id", "union_id", "user_id", "people_admin_id"] as const)(
      "accepts a user id of type %s",
      async (userIdType) => {
        const { ids } = await client().listTasks({ userId: marker().ids[userIdType], userIdType });
        expect(ids).toHaveLength(20);
      },
    );

    it("resolves the job, talent and application of a task", async () => {
      const [task] = marker().tasks;
      if (!task) throw new Error("the marker has no tasks");
      expect(await client().jobTitle(task.job_id)).toBe("后端工程师（支付）");
      expect(await client().talentName(task.talent_id)).toBe("林知夏");
      expect(await client().applicationStage(task.application_id)).toBe("Written test");
    });

    it("reads the sibling lists", async () => {
      for (const kind of ["interviewTasks", "evaluationTasks"] as const) {
        const ids = await client().listSiblings(kind, marker().ids.open_id);
        expect(ids).toHaveLength(20);
        expect(ids).not.toContain(marker().tasks[0]?.id);
      }
    });

    it("reads details, with options where the endpoint has them", async () => {
      const [task] = marker().tasks;
      expect(await client().recruiterId(String(task?.job_id))).toBe(marker().ids.open_id);
      expect(await client().offerId(String(task?.application_id))).toMatch(/^\d{19}$/);
    });

    it("reads batches, whose items are unordered and omit unknown ids", async () => {
      const applications = marker()
        .tasks.slice(0, 20)
        .map((task) => task.application_id);
      expect(await client().examIds(applications)).toHaveLength(27);
      const others = sandbox().world.markers.slice(0, 3);
      const ids = others.map(({ ids: { open_id } }) => open_id);
      const names = others.map(({ name: { zh } }) => zh).sort();
      expect((await client().userNames([...ids, "ou_nobody"])).sort()).toEqual(names);
      expect((await client().basicNames([...ids, "ou_nobody"])).sort()).toEqual(names);
    });

    it("lists the jobs", async () => {
      expect(await client().jobTitles()).toHaveLength(6);
    });

    it("rejects unknown ids, with a code per resource", async () => {
      const codeOf = (call: Promise<unknown>) =>
        call.then(
          () => 0,
          (error) => (error instanceof RefusedCall ? error.feishuCode : error),
        );
      expect(await codeOf(client().jobTitle("1"))).toBe(1002601);
      expect(await codeOf(client().talentName("1"))).toBe(1002102);
      expect(await codeOf(client().applicationStage("1"))).toBe(1002201);
      expect(await codeOf(client().listTasks({ userId: "ou_nobody" }))).toBe(99992351);
      expect(await codeOf(client().listTasks({ userId: marker().ids.open_id, pageToken: "?" }))).toBe(1002002);
    });
  });
}
