import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ListTooLong, readSnapshot, snapshotOf } from "../../src/live/snapshot.js";

const PAGE = 20;
const rowOf = (n: number) => ({
  id: String(n),
  jobId: null,
  talentId: null,
  applicationId: null,
  activityStatus: 1,
});

/** Creates an offset-paged list like Feishu's; `happenings` change it before each page read. */
function createList(count: number, happenings: readonly ((rows: number[]) => void)[]) {
  const rows = Array.from({ length: count }, (_, n) => n);
  const everThere = new Set(rows);
  let reads = 0;
  return {
    rows,
    everThere,
    reads: () => reads,
    async readPage(token: string | null) {
      happenings[reads]?.(rows);
      for (const n of rows) everThere.add(n);
      reads += 1;
      const offset = Number(token ?? 0);
      const hasMore = offset + PAGE < rows.length;
      return {
        items: rows.slice(offset, offset + PAGE).map(rowOf),
        hasMore,
        pageToken: hasMore ? String(offset + PAGE) : null,
      };
    },
  };
}

const removal = fc.nat(99).map((n) => (rows: number[]) => void rows.splice(n % Math.max(rows.length, 1), 1));
const nothing = fc.constant(() => {});

describe("reading a whole list", () => {
  it("takes one call per page, and reads several pages twice at first and after removals", async () => {
    const list = createList(45, []);
    const before = await readSnapshot(list.readPage, null);
    expect([before.size, list.reads()]).toEqual([45, 6]);
    await readSnapshot(list.readPage, before);
    expect(list.reads()).toBe(9);
    list.rows.splice(3, 1);
    expect((await readSnapshot(list.readPage, before)).size).toBe(44);
    expect(list.reads()).toBe(15);
    const short = createList(20, []);
    const known = await readSnapshot(short.readPage, null);
    short.rows.splice(3, 1);
    expect((await readSnapshot(short.readPage, known)).size).toBe(19);
    expect(short.reads()).toBe(2);
  });

  it("reports no present task as removed while another is removed between reads", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 21, max: 100 }),
        fc.integer({ min: 0, max: 5 }),
        removal,
        async (count, when, remove) => {
          const list = createList(count, [...Array(when).fill(() => {}), remove]);
          const before = snapshotOf(Array.from({ length: count }, (_, n) => rowOf(n)));
          const after = await readSnapshot(list.readPage, before);
          for (const n of list.rows) expect(after.has(String(n))).toBe(true);
        },
      ),
    );
  });

  it("returns exactly the present rows once the list stops changing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 100 }),
        fc.array(fc.oneof(removal, nothing), { maxLength: 12 }),
        async (count, happenings) => {
          const list = createList(count, happenings);
          let listed = await readSnapshot(list.readPage, null);
          while (list.reads() < happenings.length) listed = await readSnapshot(list.readPage, listed);
          listed = await readSnapshot(list.readPage, listed);
          expect([...listed.keys()].toSorted()).toEqual(list.rows.map(String).toSorted());
        },
      ),
    );
  });

  it("never returns a partial list", async () => {
    await expect(readSnapshot(createList(401, []).readPage, null)).rejects.toThrow(ListTooLong);
    expect((await readSnapshot(createList(400, []).readPage, null)).size).toBe(400);
    const list = createList(45, []);
    const failing = async (token: string | null) => {
      if (token === "20") throw new Error("the second page");
      return list.readPage(token);
    };
    await expect(readSnapshot(failing, null)).rejects.toThrow("the second page");
  });
});
