import { UpstreamError } from "./errors.js";

/** One page of a list that must be read completely. */
export interface AnswerPage<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean | null;
  readonly pageToken: string | null;
}

/** Safety limit, far above any company's number of jobs and any application's number of exams. */
const MAX_PAGES = 1000;

/**
 * Reads every page, so that the result is never silently truncated.
 * @throws {UpstreamError} `UPSTREAM_CONTRACT` when a page token is missing or repeated, or after `MAX_PAGES` pages.
 * Errors of `readPage` pass through.
 */
export async function readAllPages<T>(readPage: (token: string | null) => Promise<AnswerPage<T>>): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let token: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: AnswerPage<T> = await readPage(token);
    items.push(...page.items);
    token = page.pageToken;
    // Gateways may omit members with default values: a page token alone means that a page follows.
    if (!(page.hasMore ?? token)) return items;
    if (!token || seen.has(token)) break;
    seen.add(token);
  }
  throw new UpstreamError(
    "UPSTREAM_CONTRACT",
    "the list has no last page: a page token is missing or repeated, or there are more than 1000 pages",
    null,
  );
}
