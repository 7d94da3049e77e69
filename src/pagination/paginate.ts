import { createSeenFilter, type PageMark, type ResumePoint, rowHash } from "./resume-point.js";

/** One page of an upstream that can only be read forwards. */
export interface Page<T> {
  readonly items: readonly T[];
  /** `null` on the list's last page. */
  readonly nextToken: string | null;
  /** Whether it was read before now. */
  readonly isCached?: boolean;
}

/** A list behind page tokens. */
export interface PageSource<T> {
  /**
   * Reads one page; `null` asks for the list's head. One upstream call at most: a page that may be held may come from an
   * equal read of a moment ago.
   */
  fetchPage(token: string | null, mayBeCached: boolean): Promise<Page<T>>;
  idOf(row: T): string;
  /**
   * Whether rows leave the list while it is read (a filtered list). Then a resume at a page's end reads that page once
   * more instead of trusting the next token, which is an offset that the removals have shifted.
   */
  readonly shrinks: boolean;
  /** How many rows a full page has. */
  readonly pageSize: number;
  /** Told of each batch of rows as soon as it is known to be given, before the next page is asked. */
  onRows?(rows: readonly T[]): void;
}

/** A row together with what it takes to go on reading after it. */
export interface PaginatedRow<T> {
  readonly row: T;
  resumePoint(): ResumePoint;
}

/** What one read of a list gave. */
export interface PaginatedRows<T> {
  readonly rows: readonly PaginatedRow<T>[];
  readonly hasNextPage: boolean;
  /** Why the walk ended before `limit` rows and before the list's end. Only set when there are rows to keep. */
  readonly failure: unknown;
}

/** The upstream's tokens lead nowhere: one came twice, was missing, or led through too many empty pages. */
export class PaginationLoopError extends Error {
  override readonly name = "PaginationLoopError";
}

/** What it costs to find the place again where an earlier read stopped: its page, and the one before. */
const REOPEN_CALLS = 2;

/**
 * The most calls of `fetchPage` that a read of `limit` rows takes as long as all pages but the last are full; from the
 * list's head it takes exactly these while it has so many rows.
 */
export function maxCalls(limit: number, pageSize: number, start: unknown): number {
  if (limit === 0) return 0;
  return Math.ceil(limit / pageSize) + (start === null ? 0 : REOPEN_CALLS);
}

/** Empty pages that claim to have a next one are read past, but not for ever. */
const MAX_EMPTY_PAGES = 10;

/** A page in hand. */
interface OpenPage<T> {
  readonly token: string | null;
  readonly page: Page<T>;
  /** The rows on it that no earlier read has given, each with its place. */
  readonly unread: readonly (readonly [place: number, row: T])[];
  /** The last pages before this one that had rows, the nearest first. */
  readonly earlier: readonly PageMark[];
}

/** How many pages a cursor remembers beside its own. */
const REMEMBERED_PAGES = 2;

/**
 * Reads up to `limit` rows after `start`, or from the list's head.
 * Costs `ceil(limit / page size)` calls of `fetchPage` from a page's start, one more when a page has to be read again,
 * and two more when none of the rows remembered from that page is left on it.
 *
 * @throws whatever the first page fails with; a later page's failure is returned beside the rows read so far.
 * @throws {PaginationLoopError} likewise.
 */
export async function paginate<T>(
  source: PageSource<T>,
  start: ResumePoint | null,
  limit: number,
): Promise<PaginatedRows<T>> {
  if (limit === 0) return { rows: [], hasNextPage: true, failure: undefined };
  const rows: PaginatedRow<T>[] = [];
  // Pages of different ages do not fit together: a row that leaves or arrives in between would be lost at their seam. So
  // only a read of the head alone may take a held page.
  const mayBeCached = start === null && limit <= source.pageSize;
  let open = start ? await reopen(source, start) : await openHead(source, mayBeCached);
  const followed = new Set([open.token, ...open.earlier.map(({ token }) => token)]);
  assertLeadsOn(open.page, followed);
  let emptyPages = 0;
  for (;;) {
    const fresh = takeRows(source, open, limit - rows.length);
    if (fresh.length > 0) source.onRows?.(fresh.map(({ row }) => row));
    rows.push(...fresh);
    const { items, nextToken } = open.page;
    const pageIsUsedUp = fresh.length === open.unread.length;
    if (nextToken === null || rows.length === limit) {
      return { rows, hasNextPage: nextToken !== null || !pageIsUsedUp, failure: undefined };
    }
    // A held page that turns out to be short does not go together with others: all are read anew.
    if (open.page.isCached) return paginate({ ...source, pageSize: 0 }, start, limit);
    try {
      if (items.length === 0 && ++emptyPages > MAX_EMPTY_PAGES) {
        throw new PaginationLoopError(`more than ${MAX_EMPTY_PAGES} empty pages`);
      }
      open = await openNext(source, open, nextToken, followed);
    } catch (failure) {
      if (rows.length === 0) throw failure;
      return { rows, hasNextPage: true, failure };
    }
  }
}

/** A page of which nothing has been given yet. */
const openWhole = <T>(token: string | null, page: Page<T>, passed: readonly PageMark[]): OpenPage<T> => ({
  token,
  page,
  unread: [...page.items.entries()],
  earlier: passed.slice(0, REMEMBERED_PAGES),
});

async function openHead<T>(source: PageSource<T>, mayBeCached: boolean): Promise<OpenPage<T>> {
  return openWhole(null, await source.fetchPage(null, mayBeCached), []);
}

async function openNext<T>(
  source: PageSource<T>,
  current: OpenPage<T>,
  token: string,
  followed: Set<string | null>,
): Promise<OpenPage<T>> {
  followed.add(token);
  const { items } = current.page;
  const passed = items.length > 0 ? [createMark(source, current.token, items), ...current.earlier] : current.earlier;
  const page = await source.fetchPage(token, false);
  assertLeadsOn(page, followed);
  return openWhole(token, page, passed);
}

/** A page that points back to one already followed is not to be trusted, its rows included. */
function assertLeadsOn(page: Page<unknown>, followed: ReadonlySet<string | null>): void {
  if (page.nextToken !== null && followed.has(page.nextToken)) {
    throw new PaginationLoopError("the same page token came twice");
  }
}

/**
 * Finds the place where an earlier read stopped.
 * Removals before that place shift rows towards the list's head, so where the page remembers none of its rows the search
 * goes on one page earlier, and from there to the head: rows may then come twice, but none is passed over.
 * On the page where it is found every row that is not remembered is given, and not only those behind the last one that is:
 * a row that the upstream has moved must not hide others. Every page is read anew on the way forward: one read before the
 * other pages may by now hide an arrival.
 */
async function reopen<T>(source: PageSource<T>, start: ResumePoint): Promise<OpenPage<T>> {
  const marks = [start.page, ...start.earlier];
  if (start.nextToken !== null && !source.shrinks) {
    return openWhole(start.nextToken, await source.fetchPage(start.nextToken, false), marks);
  }
  const isKnown = createSeenFilter(marks);
  for (const [i, { token }] of marks.slice(0, REOPEN_CALLS).entries()) {
    const page = await source.fetchPage(token, false);
    const unread = [...page.items.entries()].filter(([, row]) => !isKnown(source.idOf(row)));
    if (unread.length < page.items.length || token === null)
      return { token, page, unread, earlier: marks.slice(i + 1) };
  }
  return openHead(source, false);
}

function takeRows<T>(source: PageSource<T>, open: OpenPage<T>, limit: number): PaginatedRow<T>[] {
  const { token, page, unread, earlier } = open;
  const whole = createMark(source, token, page.items);
  const resumePointAfter = (place: number): ResumePoint => ({
    page: { token, rowHashes: whole.rowHashes.slice(0, place + 1) },
    earlier,
    nextToken: place === page.items.length - 1 ? page.nextToken : null,
  });
  return unread.slice(0, limit).map(([place, row]) => ({ row, resumePoint: () => resumePointAfter(place) }));
}

/** A page's mark, whose rows are only hashed when a cursor is made of it, and then once. */
function createMark<T>(source: PageSource<T>, token: string | null, rows: readonly T[]): PageMark {
  let rowHashes: readonly string[] | undefined;
  return {
    token,
    get rowHashes() {
      rowHashes ??= rows.map((row) => rowHash(source.idOf(row)));
      return rowHashes;
    },
  };
}

/**
 * A page as the upstream states it, as a page that can be walked.
 * @throws {PaginationLoopError} when there is more, but no token to ask for it with.
 */
export function toPage<T>(items: readonly T[], hasMore: boolean, token: string | null, isCached = false): Page<T> {
  if (hasMore && !token) throw new PaginationLoopError("there is a next page, but no token for it");
  return { items, nextToken: hasMore ? token : null, isCached };
}
