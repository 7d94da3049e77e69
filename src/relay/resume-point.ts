import { createHash } from "node:crypto";

/** One upstream page as a reader remembers it. */
export interface PageMark {
  /** The token that the page was asked with; `null` is the list's head. */
  readonly token: string | null;
  /** Anchors of the rows passed on that page, in the page's order. */
  readonly anchors: readonly string[];
}

/**
 * Where reading resumes: after the last anchor of `page`.
 * The page before it is remembered too, because rows removed from an offset-paged list can pull unread rows back onto it.
 */
export interface ResumePoint {
  readonly page: PageMark;
  /** `null` when `page` is the list's head, or when the page before it was never seen. */
  readonly before: PageMark | null;
  /** The upstream's token for the page after `page`; set only when the point is the end of `page`. */
  readonly nextToken: string | null;
}

/** A short stable hash of a row's id: 48 bits as 8 base64url characters. */
export function anchorOf(id: string): string {
  return createHash("sha256").update(id).digest().subarray(0, 6).toString("base64url");
}

/** The index of the last of `ids` that one of `marks` remembers, or -1. */
export function lastKnownIndex(ids: readonly string[], marks: readonly (PageMark | null)[]): number {
  const known = new Set(marks.flatMap((mark) => mark?.anchors ?? []));
  return ids.findLastIndex((id) => known.has(anchorOf(id)));
}
