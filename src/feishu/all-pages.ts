import { UpstreamError } from "./errors.js";

/** One page of an answer that has to be read whole. */
export interface AnswerPage<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean | null;
  readonly pageToken: string | null;
}

/** Far beyond any company's number of jobs, and any application's number of exams. */
const MAX_PAGES = 1000;

/**
 * Reads every page, so that a batch's answer is never silently short.
 * @throws {UpstreamError} `UPSTREAM_CONTRACT` when the pages lead nowhere, and whatever a page fails with.
 */
export async function readAllPages<T>(readPage: (token: string | null) => Promise<AnswerPage<T>>): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let token: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: AnswerPage<T> = await readPage(token);
    items.push(...page.items);
    if (!page.hasMore) return items;
    token = page.pageToken;
    if (!token || seen.has(token)) break;
    seen.add(token);
  }
  throw new UpstreamError("UPSTREAM_CONTRACT", "the pages of a batch lead nowhere", null);
}
