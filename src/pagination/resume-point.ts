import { hash } from "node:crypto";

/** One upstream page as a reader remembers it. */
export interface PageMark {
  /** The token that the page was asked with; `null` is the list's head. */
  readonly token: string | null;
  /** Anchors of the rows passed on that page, in the page's order. */
  readonly rowHashes: readonly string[];
}

/**
 * Where reading resumes: on `page`, behind its rowHashes.
 * Pages before it are remembered too, because rows removed from an offset-paged list can pull unread rows back onto them.
 */
export interface ResumePoint {
  readonly page: PageMark;
  /** Up to two pages before `page`, the nearest first: one to look back to, and one for the time after that. */
  readonly earlier: readonly PageMark[];
  /** The upstream's token for the page after `page`; set only when the point is the end of `page`. */
  readonly nextToken: string | null;
}

/** A short stable hash of a row's id: 48 bits as 8 base64url characters. */
export function rowHash(id: string): string {
  return hash("sha256", id, "base64url").slice(0, 8);
}

/** Whether one of `marks` remembers the row with this id. */
export function createSeenFilter(marks: readonly PageMark[]): (id: string) => boolean {
  const known = new Set(marks.flatMap(({ rowHashes }) => rowHashes));
  return (id) => known.has(rowHash(id));
}
