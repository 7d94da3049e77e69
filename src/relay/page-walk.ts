import { anchorOf, lastKnownIndex, type PageMark, type ResumePoint } from "./resume-point.js";

/** One page of an upstream that can only be read forwards. */
export interface Page<T> {
  readonly items: readonly T[];
  /** `null` on the list's last page. */
  readonly nextToken: string | null;
}

/** A list behind page tokens. */
export interface PageSource<T> {
  /** Reads one page; `null` asks for the list's head. One upstream call. */
  fetchPage(token: string | null): Promise<Page<T>>;
  idOf(row: T): string;
  /**
   * Whether rows leave the list while it is read (a filtered list). Then a resume at a page's end reads that page once
   * more instead of trusting the next token, which is an offset that the removals have shifted.
   */
  readonly shrinks: boolean;
  /** Told of each batch of rows as soon as it is known to be given, before the next page is asked. */
  onRows?(rows: readonly T[]): void;
}

/** A row together with what it takes to go on reading after it. */
export interface WalkedRow<T> {
  readonly row: T;
  resumePoint(): ResumePoint;
}

/** What one read of a list gave. */
export interface Walk<T> {
  readonly rows: readonly WalkedRow<T>[];
  readonly hasNextPage: boolean;
  /** Why the walk ended before `limit` rows and before the list's end. Only set when there are rows to keep. */
  readonly failure: unknown;
}

/** The upstream's tokens lead nowhere: one came twice, was missing, or led through too many empty pages. */
export class PaginationLoopError extends Error {
  override readonly name = "PaginationLoopError";
}

/** Empty pages that claim to have a next one are read past, but not for ever. */
const MAX_EMPTY_PAGES = 10;

/** A page in hand: rows before `from` were given by an earlier read. */
interface OpenPage<T> {
  readonly token: string | null;
  readonly page: Page<T>;
  readonly from: number;
  /** The last page before this one that had rows. */
  readonly before: PageMark | null;
}

/**
 * Reads up to `limit` rows after `start`, or from the list's head.
 * Costs `ceil(limit / page size)` calls of `fetchPage` from a page's start, one more when a page has to be read again,
 * and up to two more on top when none of the rows remembered from that page is left on it.
 *
 * @throws whatever the first page fails with; a later page's failure is returned beside the rows read so far.
 * @throws {PaginationLoopError} likewise.
 */
export async function walkPages<T>(source: PageSource<T>, start: ResumePoint | null, limit: number): Promise<Walk<T>> {
  if (limit === 0) return { rows: [], hasNextPage: true, failure: undefined };
  const pages = createPageReader(source);
  const rows: WalkedRow<T>[] = [];
  let open = start ? await reopen(source, pages, start) : await openHead(pages);
  const followed = new Set([open.token, open.before?.token ?? null]);
  assertLeadsOn(open.page, followed);
  let emptyPages = 0;
  for (;;) {
    const fresh = takeRows(source, open, limit - rows.length);
    if (fresh.length > 0) source.onRows?.(fresh.map(({ row }) => row));
    rows.push(...fresh);
    const { items, nextToken } = open.page;
    const pageIsUsedUp = open.from + fresh.length === items.length;
    if (nextToken === null || rows.length === limit) {
      return { rows, hasNextPage: nextToken !== null || !pageIsUsedUp, failure: undefined };
    }
    try {
      if (items.length === 0 && ++emptyPages > MAX_EMPTY_PAGES) {
        throw new PaginationLoopError(`more than ${MAX_EMPTY_PAGES} empty pages`);
      }
      open = await openNext(source, pages, open, nextToken, followed);
    } catch (failure) {
      if (rows.length === 0) throw failure;
      return { rows, hasNextPage: true, failure };
    }
  }
}

type ReadPage<T> = (token: string | null) => Promise<Page<T>>;

/** Reads each token once a walk: a page read again to find the place is not asked a second time on the way forward. */
function createPageReader<T>(source: PageSource<T>): ReadPage<T> {
  const held = new Map<string | null, Page<T>>();
  return async (token) => {
    const page = held.get(token) ?? (await source.fetchPage(token));
    held.set(token, page);
    return page;
  };
}

async function openHead<T>(readPage: ReadPage<T>): Promise<OpenPage<T>> {
  return { token: null, page: await readPage(null), from: 0, before: null };
}

async function openNext<T>(
  source: PageSource<T>,
  readPage: ReadPage<T>,
  current: OpenPage<T>,
  token: string,
  followed: Set<string | null>,
): Promise<OpenPage<T>> {
  followed.add(token);
  const { items } = current.page;
  const before = items.length > 0 ? markOf(current.token, anchorsOf(source, items)) : current.before;
  const page = await readPage(token);
  assertLeadsOn(page, followed);
  return { token, page, from: 0, before };
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
 */
async function reopen<T>(source: PageSource<T>, readPage: ReadPage<T>, start: ResumePoint): Promise<OpenPage<T>> {
  if (start.nextToken !== null && !source.shrinks) {
    return { token: start.nextToken, page: await readPage(start.nextToken), from: 0, before: start.page };
  }
  const marks = [start.page, start.before];
  for (const mark of marks) {
    if (mark === null) continue;
    const page = await readPage(mark.token);
    const from = lastKnownIndex(page.items.map(source.idOf), marks) + 1;
    if (from > 0 || mark.token === null) {
      return { token: mark.token, page, from, before: mark === start.page ? start.before : null };
    }
  }
  return openHead(readPage);
}

function takeRows<T>(source: PageSource<T>, open: OpenPage<T>, limit: number): WalkedRow<T>[] {
  const { token, page, from, before } = open;
  // Only hashed when a cursor is asked for, and then once a page.
  let anchors: readonly string[] | undefined;
  const resumePointAfter = (count: number): ResumePoint => {
    anchors ??= anchorsOf(source, page.items);
    const nextToken = count === page.items.length ? page.nextToken : null;
    return { page: markOf(token, anchors.slice(0, count)), before, nextToken };
  };
  return page.items
    .slice(from, from + limit)
    .map((row, i) => ({ row, resumePoint: () => resumePointAfter(from + i + 1) }));
}

const anchorsOf = <T>(source: PageSource<T>, rows: readonly T[]): string[] =>
  rows.map((row) => anchorOf(source.idOf(row)));

const markOf = (token: string | null, anchors: readonly string[]): PageMark => ({ token, anchors });

/**
 * A page as the upstream states it, as a page that can be walked.
 * @throws {PaginationLoopError} when there is more, but no token to ask for it with.
 */
export function toPage<T>(items: readonly T[], hasMore: boolean, token: string | null): Page<T> {
  if (hasMore && !token) throw new PaginationLoopError("there is a next page, but no token for it");
  return { items, nextToken: hasMore ? token : null };
}
