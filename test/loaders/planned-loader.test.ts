import { describe, expect, it } from "vitest";
import { viewOf } from "../../src/feishu/decode/lazy-entity.js";
import { UpstreamError } from "../../src/feishu/errors.js";
import { createPlannedLoader } from "../../src/loaders/planned-loader.js";
import { JOB } from "../../src/loaders/read-plan.js";

interface Job {
  readonly id: string;
  readonly title?: string;
  readonly jobType?: string;
  readonly recruiter?: string;
}

const ENTIRE: Job = { id: "1", title: "Engineer", recruiter: "ou_1" };
/** `title` comes from either endpoint, `recruiter` from `get_detail` alone. */
const TITLE = new Set(["title"]);
const RECRUITERS = new Set(["recruiter"]);

/** A loader over endpoints that answer with `entity`; lists the reads that it makes. */
function createLoader(entity: Job | null = ENTIRE) {
  const reads: string[] = [];
  const loader = createPlannedLoader<Job, "job" | "jobDetail" | "jobMirror">(JOB, async (id, { source }) => {
    reads.push(`${source} ${id}`);
    return entity && viewOf(entity);
  });
  return { loader, reads };
}

describe("a planned loader", () => {
  it("reads an entity once for equal and for different selections of one tick", async () => {
    const { loader, reads } = createLoader();
    const loads = [loader.load("1", TITLE), loader.load("1", TITLE), loader.load("1", RECRUITERS)];
    expect(await Promise.all(loads)).toEqual([ENTIRE, ENTIRE, ENTIRE]);
    expect(reads).toEqual(["jobDetail 1"]);
  });

  it("reads only the fields that an earlier read of the operation lacks", async () => {
    const { loader, reads } = createLoader();
    await loader.load("1", TITLE);
    await loader.load("1", new Set(["title"]));
    expect(reads).toEqual(["job 1"]);
    await loader.load("1", RECRUITERS);
    expect(reads).toEqual(["job 1", "jobDetail 1"]);
  });

  it("returns null for an entity that does not exist, and reads it once", async () => {
    const { loader, reads } = createLoader(null);
    expect(await loader.load("1", TITLE)).toBeNull();
    expect(await loader.load("1", new Set(["title"]))).toBeNull();
    expect(reads).toEqual(["job 1"]);
  });

  it("serves a selection from the part that another read offers", async () => {
    const { loader, reads } = createLoader();
    loader.offer("1", TITLE, Promise.resolve(viewOf({ id: "1", title: "Offered" })));
    expect(await loader.load("1", TITLE)).toEqual({ id: "1", title: "Offered" });
    expect(reads).toEqual([]);
  });

  it.each([
    ["is absent", () => Promise.resolve(null)],
    ["fails", () => Promise.reject(new Error("the offer failed"))],
  ])("reads the entity itself when the offered part %s", async (_, part) => {
    const { loader, reads } = createLoader();
    loader.offer("1", TITLE, part());
    expect(await loader.load("1", TITLE)).toEqual(ENTIRE);
    expect(reads).toEqual(["job 1"]);
  });

  it("fails for one entity without failing the others of its batch", async () => {
    const loader = createPlannedLoader<Job, "job" | "jobDetail" | "jobMirror">(JOB, async (id) => {
      if (id === "1") throw new UpstreamError("UPSTREAM_TIMEOUT", "no response", null);
      return viewOf({ id });
    });
    const [failed, found] = await Promise.allSettled([loader.load("1", TITLE), loader.load("2", TITLE)]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "UPSTREAM_TIMEOUT" } });
    expect(found).toEqual({ status: "fulfilled", value: { id: "2" } });
  });

  it("rejects a response with another entity's id", async () => {
    const { loader } = createLoader({ id: "2" });
    await expect(loader.load("1", TITLE)).rejects.toMatchObject({ code: "UPSTREAM_CONTRACT" });
  });
});
