import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Page, type PageSource, PaginationLoopError, paginate, toPage } from "../../src/pagination/paginate.js";
import type { ResumePoint } from "../../src/pagination/resume-point.js";

const PAGE_SIZE = 20;

/** Creates an offset-paged list in memory, like Feishu's, that counts its page calls. */
function createList(rows: readonly string[], shrinks = false) {
  const list = {
    rows: [...rows],
    calls: 0,
    source: {
      shrinks,
      pageSize: PAGE_SIZE,
      idOf: (row: string) => row,
      async fetchPage(token: string | null): Promise<Page<string>> {
        list.calls += 1;
        const offset = Number(token ?? 0);
        const end = offset + PAGE_SIZE;
        return toPage(list.rows.slice(offset, end), end < list.rows.length, String(end));
      },
    } satisfies PageSource<string>,
  };
  return list;
}

const rowsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `row ${i}`);

async function read(source: PageSource<string>, start: ResumePoint | null, limit: number) {
  const { rows, hasNextPage, failure } = await paginate(source, start, limit);
  const points = rows.map(({ resumePoint }) => resumePoint());
  return { ids: rows.map(({ row }) => row), points, end: points.at(-1) ?? start, hasNextPage, failure };
}

describe("pagination", () => {
  const sizes = fc.integer({ min: 0, max: 90 });
  const firsts = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 12 });

  it("returns every row once and in order for any sequence of read sizes", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, firsts, fc.boolean(), async (size, limits, shrinks) => {
        const { source, rows } = createList(rowsOf(size), shrinks);
        const seen: string[] = [];
        let start: ResumePoint | null = null;
        for (const limit of [...limits, 100]) {
          const { ids, end, hasNextPage } = await read(source, start, limit);
          seen.push(...ids);
          start = end;
          expect(hasNextPage || seen.length === size).toBe(true);
        }
        expect(seen).toEqual(rows.slice(0, seen.length));
        expect(seen.length).toBe(
          Math.min(
            size,
            limits.reduce((sum, limit) => sum + limit, 100),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("resumes after any row with at most one extra call", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, firsts, fc.nat(), fc.boolean(), async (size, [first = 1, next = 20], pick, shrinks) => {
        const list = createList(rowsOf(size), shrinks);
        const { ids, points } = await read(list.source, null, first);
        expect(list.calls).toBeLessThanOrEqual(Math.ceil(first / PAGE_SIZE));
        if (points.length === 0) return;
        const at = pick % points.length;
        list.calls = 0;
        const rest = await read(list.source, points[at] ?? null, next);
        expect([...ids.slice(0, at + 1), ...rest.ids]).toEqual(list.rows.slice(0, at + 1 + next));
        const fromPageStart = !shrinks && (at + 1) % PAGE_SIZE === 0 && at + 1 < size;
        expect(list.calls).toBeLessThanOrEqual(Math.ceil(next / PAGE_SIZE) + (fromPageStart ? 0 : 1));
      }),
      { numRuns: 300 },
    );
  });

  it("takes exactly one call for every 20 rows from the head, and none for zero rows", async () => {
    const list = createList(rowsOf(200));
    for (const limit of [0, 1, 19, 20, 21, 40, 45, 100]) {
      list.calls = 0;
      await read(list.source, null, limit);
      expect(list.calls).toBe(Math.ceil(limit / PAGE_SIZE));
    }
  });

  it("reports each page's rows before it requests the next page", async () => {
    const events: string[] = [];
    const { source } = createList(rowsOf(45));
    const watched = {
      ...source,
      fetchPage: (token: string | null) => {
        events.push(`ask ${token}`);
        return source.fetchPage(token);
      },
      onRows: (rows: readonly string[]) => events.push(`${rows.length} rows`),
    };
    await read(watched, null, 42);
    expect(events).toEqual(["ask null", "20 rows", "ask 20", "20 rows", "ask 40", "2 rows"]);
  });
});

describe("pagination of a list that changes", () => {
  const size = fc.integer({ min: 1, max: 120 });
  const first = fc.integer({ min: 1, max: 100 });

  it("skips no row when up to 20 earlier rows are removed, and repeats none while a row of the last page remains", async () => {
    await fc.assert(
      fc.asyncProperty(
        size,
        first,
        fc.infiniteStream(fc.nat()),
        fc.nat({ max: 20 }),
        async (count, limit, random, removals) => {
          const list = createList(rowsOf(count), true);
          const { ids, end } = await read(list.source, null, limit);
          const removed = pickSome(ids, removals, random);
          list.rows = list.rows.filter((row) => !removed.has(row));
          const rest = await readAll(list.source, end);
          const unread = rowsOf(count).slice(ids.length);
          expect(rest.filter((row) => unread.includes(row))).toEqual(unread);
          const lastPage = ids.slice(Math.floor((ids.length - 1) / PAGE_SIZE) * PAGE_SIZE);
          if (lastPage.some((row) => !removed.has(row))) expect(rest).toEqual(unread);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("skips no row for any number of removals and arrivals anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        size,
        first,
        fc.infiniteStream(fc.nat()),
        fc.nat({ max: 100 }),
        fc.array(fc.nat({ max: 120 }), { maxLength: 50 }),
        async (count, limit, random, removals, arrivals) => {
          const list = createList(rowsOf(count), true);
          const { ids, end } = await read(list.source, null, limit);
          const removed = pickSome(list.rows, removals, random);
          list.rows = list.rows.filter((row) => !removed.has(row));
          for (const [i, at] of arrivals.entries()) list.rows.splice(at, 0, `arrived ${i}`);
          const rest = await readAll(list.source, end);
          const unread = rowsOf(count)
            .slice(ids.length)
            .filter((row) => !removed.has(row));
          expect(rest.filter((row, i) => unread.includes(row) && rest.indexOf(row) === i)).toEqual(unread);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("skips no row when an unfiltered list resumes mid-page after removals", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 120 }),
        first,
        fc.infiniteStream(fc.nat()),
        async (count, limit, random) => {
          fc.pre(limit % PAGE_SIZE !== 0 && limit < count);
          const list = createList(rowsOf(count), false);
          const { ids, end } = await read(list.source, null, limit);
          const removed = pickSome(ids, 20, random);
          list.rows = list.rows.filter((row) => !removed.has(row));
          const rest = await readAll(list.source, end);
          const unread = rowsOf(count).slice(ids.length);
          expect(rest.slice(-unread.length)).toEqual(unread);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("skips no row over many reads with changes in between, and repeats none while rows are only removed", async () => {
    const step = fc.record({
      limit: fc.integer({ min: 1, max: 60 }),
      removals: fc.nat({ max: 20 }),
      arrivals: fc.array(fc.nat({ max: 150 }), { maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 150 }),
        fc.array(step, { maxLength: 2 }),
        fc.infiniteStream(fc.nat()),
        async (count, steps, random) => {
          const list = createList(rowsOf(count), true);
          const given: string[] = [];
          let place: ResumePoint | null = null;
          for (const { limit, removals, arrivals } of steps) {
            const { ids, end } = await read(list.source, place, limit);
            given.push(...ids);
            place = end;
            const removed = pickSome(given, removals, random);
            list.rows = list.rows.filter((row) => !removed.has(row));
            for (const at of arrivals) list.rows.splice(at, 0, `arrived ${list.rows.length} ${at}`);
          }
          const rest = await readAll(list.source, place);
          const all = [...given, ...rest];
          expect(rowsOf(count).filter((row) => !all.includes(row))).toEqual([]);
          const rowsOnlyLeave = steps.every(({ arrivals }) => arrivals.length === 0);
          const lastPageSurvives = steps.every(({ limit, removals }) => removals < Math.min(limit, PAGE_SIZE));
          if (rowsOnlyLeave && lastPageSurvives) expect(new Set(all).size).toBe(all.length);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("skips no row that moves during the search for the resume point", async () => {
    const list = createList(rowsOf(100), true);
    const { ids, end } = await read(list.source, null, 60);
    list.rows = list.rows.filter((row) => Number(row.slice(4)) < 35 || Number(row.slice(4)) > 59);
    const inner = list.source.fetchPage;
    let calls = 0;
    const moving = {
      ...list.source,
      fetchPage: (token: string | null) => {
        calls += 1;
        if (calls === 2) list.rows.unshift("arrived 1", "arrived 2");
        return inner(token);
      },
    };
    const rest = await readAll(moving, end);
    expect(rowsOf(100).filter((row) => !ids.includes(row) && !rest.includes(row))).toEqual([]);
  });

  it("skips no row behind a moved or duplicate row", async () => {
    const list = createList(rowsOf(20));
    const { end } = await read(list.source, null, 1);
    list.rows = [...list.rows.slice(1), "row 0"];
    expect((await read(list.source, end, 20)).ids).toEqual(rowsOf(20).slice(1));
    const twice = createList(["a", "b", "a", "c"]);
    const first = await read(twice.source, null, 1);
    expect((await read(twice.source, first.end, 20)).ids).toEqual(["b", "c"]);
  });

  it("resumes at the head when every row read so far is gone", async () => {
    const list = createList(rowsOf(150), true);
    const { end } = await read(list.source, null, 100);
    list.rows = list.rows.slice(100);
    list.calls = 0;
    const { ids } = await read(list.source, end, 20);
    expect(ids).toEqual(rowsOf(120).slice(100));
    expect(list.calls).toBe(3);
  });
});

describe("cached pages", () => {
  const wishes = async (shrinks: boolean, limit: number, pages: Readonly<Record<string, Page<string>>>) => {
    const asked: [string | null, boolean][] = [];
    const source: PageSource<string> = {
      shrinks,
      pageSize: PAGE_SIZE,
      idOf: (row) => row,
      async fetchPage(token, mayBeCached) {
        asked.push([token, mayBeCached]);
        const page = pages[token ?? "head"] ?? { items: [], nextToken: null };
        return { ...page, isCached: page.isCached === true && mayBeCached };
      },
    };
    return { ...(await read(source, null, limit)), asked };
  };

  it("are used only for a read of the head page, since pages of different ages do not fit together", async () => {
    const pages = { head: { items: rowsOf(20), nextToken: "1" }, 1: { items: ["last"], nextToken: null } };
    for (const shrinks of [true, false]) {
      expect((await wishes(shrinks, 20, pages)).asked).toEqual([[null, true]]);
      expect((await wishes(shrinks, 21, pages)).asked).toEqual([
        [null, false],
        ["1", false],
      ]);
    }
  });

  it("are refetched when too short, before other pages join them", async () => {
    const next = { items: ["b"], nextToken: null };
    const held = await wishes(true, 5, { head: { items: ["a"], nextToken: "1", isCached: true }, 1: next });
    expect(held.ids).toEqual(["a", "b"]);
    expect(held.asked.slice(0, 2)).toEqual([
      [null, true],
      [null, false],
    ]);
    const fresh = await wishes(true, 5, { head: { items: ["a"], nextToken: "1" }, 1: next });
    expect(fresh.asked).toEqual([
      [null, true],
      ["1", false],
    ]);
  });
});

describe("broken page tokens", () => {
  const page = (ids: readonly string[], nextToken: string | null): Page<string> => ({ items: ids, nextToken });
  const sourceOf = (answers: Readonly<Record<string, Page<string> | Error>>): PageSource<string> => ({
    shrinks: false,
    pageSize: PAGE_SIZE,
    idOf: (row) => row,
    async fetchPage(token) {
      const answer = answers[token ?? "head"];
      if (answer instanceof Error || !answer) throw answer ?? new Error("no such page");
      return answer;
    },
  });

  it("return the rows so far and a failure when a token repeats", async () => {
    const source = sourceOf({ head: page(["a"], "1"), 1: page(["b"], "1") });
    const { ids, hasNextPage, failure, end } = await read(source, null, 5);
    expect({ ids, hasNextPage }).toEqual({ ids: ["a"], hasNextPage: true });
    expect(failure).toBeInstanceOf(PaginationLoopError);
    await expect(read(source, end, 5)).rejects.toBeInstanceOf(PaginationLoopError);
  });

  it("are detected across reads", async () => {
    const source = sourceOf({ head: page(["a"], "1"), 1: page(["b"], "2"), 2: page(["c"], "1") });
    const { end } = await read(source, null, 2);
    await expect(read(source, end, 1)).rejects.toBeInstanceOf(PaginationLoopError);
  });

  it("are rejected when there are more rows but no token", () => {
    for (const token of [null, ""]) expect(() => toPage(["a"], true, token)).toThrow(PaginationLoopError);
    expect(toPage(["a"], false, "left over").nextToken).toBeNull();
  });

  it("fail the read for endless empty pages, while a few empty pages are skipped", async () => {
    const few = sourceOf({ head: page([], "1"), 1: page(["a"], "2"), 2: page([], "3"), 3: page(["b"], null) });
    expect((await read(few, null, 5)).ids).toEqual(["a", "b"]);
    const endless: PageSource<string> = {
      shrinks: false,
      pageSize: PAGE_SIZE,
      idOf: (row) => row,
      fetchPage: async (token) => page([], String(Number(token) + 1)),
    };
    await expect(read(endless, null, 5)).rejects.toBeInstanceOf(PaginationLoopError);
  });

  it("keep the rows so far when a later page fails, and allow resuming", async () => {
    const broken = new Error("the second page is broken");
    const { ids, hasNextPage, failure, end } = await read(sourceOf({ head: page(["a"], "1"), 1: broken }), null, 5);
    expect({ ids, hasNextPage, failure }).toEqual({ ids: ["a"], hasNextPage: true, failure: broken });
    const mended = sourceOf({ head: page(["a"], "1"), 1: page(["b"], null) });
    expect((await read(mended, end, 5)).ids).toEqual(["b"]);
  });
});

async function readAll(source: PageSource<string>, start: ResumePoint | null): Promise<string[]> {
  const all: string[] = [];
  for (let place = start; ; ) {
    const { ids, end, hasNextPage } = await read(source, place, 33);
    all.push(...ids);
    place = end;
    if (!hasNextPage) return all;
  }
}

function pickSome(rows: readonly string[], count: number, random: Iterator<number>): Set<string> {
  const left = [...rows];
  const picked = new Set<string>();
  while (picked.size < count && left.length > 0) {
    const [row] = left.splice(Number(random.next().value) % left.length, 1);
    if (row !== undefined) picked.add(row);
  }
  return picked;
}
