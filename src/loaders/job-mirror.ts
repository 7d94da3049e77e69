import type { JobData } from "../feishu/hire/job.js";

/** A copy of all jobs, kept current by reading the changed ones. Jobs are few and change slowly. */
export interface JobMirror {
  /** Returns a job without its custom fields; `null` when the copy lacks it or is older than `maxAgeMs`. */
  get(id: string): Omit<JobData, "customFields"> | null;
  /** Reads the jobs changed since the last refresh; the first time, all jobs. Costs one call per 20 jobs. */
  refresh(): Promise<void>;
}

/** Dependencies of a job mirror, and its maximum age. */
export interface JobMirrorParts {
  /** Returns every job changed since `sinceMs`, read to the last page. */
  readonly listJobs: (sinceMs: number) => Promise<readonly Omit<JobData, "customFields">[]>;
  readonly clock: { now(): number };
  /** Milliseconds that the copy stays usable after a refresh. */
  readonly maxAgeMs: number;
}

/**
 * Overlap of refreshes: a change may become visible slightly after its own timestamp. Each refresh reads the last
 * minute again.
 */
const OVERLAP_MS = 60_000;

/** Interval between full refreshes. The changed jobs do not include deleted ones; a full refresh drops those. */
const WHOLE_EVERY_MS = 3_600_000;

/** Creates an empty mirror, which returns `null` before its first refresh. */
export function createJobMirror({ listJobs, clock, maxAgeMs }: JobMirrorParts): JobMirror {
  let jobs = new Map<string, Omit<JobData, "customFields">>();
  let refreshedAtMs: number | null = null;
  let wholeAtMs = Number.NEGATIVE_INFINITY;
  return {
    get(id) {
      if (refreshedAtMs === null || clock.now() - refreshedAtMs > maxAgeMs) return null;
      return jobs.get(id) ?? null;
    },
    async refresh() {
      const startedAtMs = clock.now();
      const isWhole = refreshedAtMs === null || startedAtMs - wholeAtMs >= WHOLE_EVERY_MS;
      const changed = await listJobs(isWhole || refreshedAtMs === null ? 0 : refreshedAtMs - OVERLAP_MS);
      jobs = new Map([...(isWhole ? [] : jobs), ...changed.map((job) => [job.id, job] as const)]);
      if (isWhole) wholeAtMs = startedAtMs;
      refreshedAtMs = startedAtMs;
    },
  };
}
