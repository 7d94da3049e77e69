import { createSeenFilter, type PageMark, type ResumePoint, rowHash } from "./resume-point.js";

/** One page of a forward-only upstream list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Token of the next page; `null` on the last page. */
  readonly nextToken: string | null;
  /** True if the page comes from the cache. */
  readonly isCached?: boolean;
}

/** A list behind page tokens. */
export interface PageSource<T> {
  /**
   * Reads one page; `null` requests the list's head. Costs one upstream call at most. With `mayBeCached`, the page may
   * come from an equal read of a moment ago.
   */
  fetchPage(token: string | null, mayBeCached: boolean): Promise<Page<T>>;
  idOf(row: T): string;
  /**
   * True if rows leave the list while it is read (a filtered list). A resume at a page's end then reads that page
   * again. The next token is not trusted: it is an offset that the removals have shifted.
   */
  readonly shrinks: boolean;
  /** Number of rows on a full page. */
  readonly pageSize: number;
  /** Called with each batch of rows once it is certain to be returned, before the next page is requested. */
  onRows?(rows: readonly T[]): void;
}

/** A row with the point where reading resumes after it. */
export interface PaginatedRow<T> {
  readonly row: T;
  resumePoint(): ResumePoint;
}

/** Result of one read of a list. */
export interface PaginatedRows<T> {
  readonly rows: readonly PaginatedRow<T>[];
  readonly hasNextPage: boolean;
  /**
   * Failure that ended the read before `limit` rows and before the list's end. Only set when there are rows to keep.
   */
  readonly failure: unknown;
}

/** Error for page tokens that do not advance: one is repeated, missing, or leads through too many empty pages. */
export class PaginationLoopError extends Error {
  override readonly name = "PaginationLoopError";
}

/** Calls that find the place where an earlier read stopped: for its page, and for the one before. */
const REOPEN_CALLS = 2;

/**
 * Returns the most calls of `fetchPage` for a read of `limit` rows, if all pages but the last are full. From the list's
 * head, a read takes exactly this number if the list has that many rows.
 */
export function maxCalls(limit: number, pageSize: number, start: unknown): number {
  if (limit === 0) return 0;
  return Math.ceil(limit / pageSize) + (start === null ? 0 : REOPEN_CALLS);
}

/** Maximum number of empty pages with a next page that one read skips. */
const MAX_EMPTY_PAGES = 10;

/** A page whose rows are being returned. */
interface OpenPage<T> {
  readonly token: string | null;
  readonly page: Page<T>;
  /** Rows on it that no earlier read has returned, each with its place. */
  readonly unread: readonly (readonly [place: number, row: T])[];
  /** Last non-empty pages before this one, nearest first. */
  readonly earlier: readonly PageMark[];
}

/** Number of pages that a cursor remembers besides its own. */
const REMEMBERED_PAGES = 2;

/**
 * Reads up to `limit` rows after `start`, or from the list's head. From a page's start, it costs
 * `ceil(limit / page size)` calls of `fetchPage`. It costs one more when a page has to be read again. It costs two more
 * when none of the rows remembered from that page are left on it.
 *
 * @throws the failure of the first page; a later page's failure is returned with the rows read so far.
 * @throws {PaginationLoopError} likewise.
 */
export async function paginate<T>(
  source: PageSource<T>,
  start: ResumePoint | null,
  limit: number,
): Promise<PaginatedRows<T>> {
  if (limit === 0) return { rows: [], hasNextPage: true, failure: undefined };
  const rows: PaginatedRow<T>[] = [];
  const returned = new Set<string>();
  // Pages read at different times can lose rows between them: only a read of the head alone may use a cached page.
  const mayBeCached = start === null && limit <= source.pageSize;
  let open = start ? await reopen(source, start) : await openHead(source, mayBeCached);
  const followed = new Set([open.token, ...open.earlier.map(({ token }) => token)]);
  assertAdvances(open.page, followed);
  let emptyPages = 0;
  for (;;) {
    open = { ...open, unread: withoutRepeats(source, open.unread, returned) };
    const fresh = takeRows(source, open, limit - rows.length);
    if (fresh.length > 0) source.onRows?.(fresh.map(({ row }) => row));
    rows.push(...fresh);
    const { items, nextToken } = open.page;
    const pageIsUsedUp = fresh.length === open.unread.length;
    if (nextToken === null || rows.length === limit) {
      return { rows, hasNextPage: nextToken !== null || !pageIsUsedUp, failure: undefined };
    }
    // A short cached page does not fit with later pages, so all pages are read again.
    if (open.page.isCached) return paginate({ ...source, pageSize: 0 }, start, limit);
    try {
      if (items.length === 0 && ++emptyPages > MAX_EMPTY_PAGES) {
        throw new PaginationLoopError(`upstream returned more than ${MAX_EMPTY_PAGES} empty pages in one read`);
      }
      open = await openNext(source, open, nextToken, followed);
    } catch (failure) {
      if (rows.length === 0) throw failure;
      return { rows, hasNextPage: true, failure };
    }
  }
}

/** Opens a page of which no row has been returned yet. */
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
  assertAdvances(page, followed);
  return openWhole(token, page, passed);
}

/** Rejects a page that points back to one already followed: neither it nor its rows can be trusted. */
function assertAdvances(page: Page<unknown>, followed: ReadonlySet<string | null>): void {
  if (page.nextToken !== null && followed.has(page.nextToken)) {
    throw new PaginationLoopError("upstream returned the same page token twice");
  }
}

/**
 * Finds the place where an earlier read stopped. Removals before that place shift rows towards the list's head. If a
 * page has none of its remembered rows, the search continues one page earlier, then at the head. Rows may then repeat,
 * but none is skipped.
 *
 * On the page where the place is found, every row that is not remembered is returned. This includes rows before the
 * last remembered one: a row that the upstream has moved must not hide others. Every page on the way forward is fetched
 * again, because a page read earlier may hide a new row.
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

/** Drops rows that this read has returned: a list that changes meanwhile may show a row on two of its pages. */
function withoutRepeats<T>(source: PageSource<T>, unread: OpenPage<T>["unread"], returned: Set<string>) {
  return unread.filter(([, row]) => {
    const id = source.idOf(row);
    return !returned.has(id) && returned.add(id);
  });
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

/** Creates the mark of a page. Its rows are hashed once, when a cursor first needs them. */
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
 * Converts a page as the upstream states it.
 * @throws {PaginationLoopError} when the upstream has a next page, but no token for it.
 */
export function toPage<T>(items: readonly T[], hasMore: boolean, token: string | null, isCached = false): Page<T> {
  if (hasMore && !token) throw new PaginationLoopError("upstream reported a next page but returned no page token");
  return { items, nextToken: hasMore ? token : null, isCached };
}
