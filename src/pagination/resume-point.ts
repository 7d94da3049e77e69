import { hash } from "node:crypto";

/** An upstream page that a resume point remembers. */
export interface PageMark {
  /** Token that the page was requested with; `null` is the list's head. */
  readonly token: string | null;
  /** Hashes of the rows already passed on that page, in the page's order. */
  readonly rowHashes: readonly string[];
}

/**
 * Point where reading resumes: on `page`, after the rows of its `rowHashes`. Earlier pages are remembered too: rows
 * removed from an offset-paged list can pull unread rows back onto them.
 */
export interface ResumePoint {
  readonly page: PageMark;
  /** Up to two pages before `page`, nearest first: one for this lookback, and one for the lookback after it. */
  readonly earlier: readonly PageMark[];
  /** Upstream token of the page after `page`; set only when the point is the end of `page`. */
  readonly nextToken: string | null;
}

/** Returns a short stable hash of a row's id: 48 bits as 8 base64url characters. */
export function rowHash(id: string): string {
  return hash("sha256", id, "base64url").slice(0, 8);
}

/** Returns a predicate that is true for the ids of rows that one of `marks` remembers. */
export function createSeenFilter(marks: readonly PageMark[]): (id: string) => boolean {
  const known = new Set(marks.flatMap(({ rowHashes }) => rowHashes));
  return (id) => known.has(rowHash(id));
}
