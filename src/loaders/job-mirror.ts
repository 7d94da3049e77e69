import type { JobData } from "../feishu/hire/job.js";

/** A copy of all jobs, kept by reading what has changed: jobs are few, and change slowly. */
export interface JobMirror {
  /** A job without its custom fields; `null` when the copy lacks it, or is older than it may be. */
  get(id: string): Omit<JobData, "customFields"> | null;
  /** Reads what has changed since the last time; the first time, everything. One call for every 20 jobs. */
  refresh(): Promise<void>;
}

/** Where a mirror reads from, and how old it may be. */
export interface JobMirrorParts {
  /** Every job that has changed since `sinceMs`, read to the last page. */
  readonly listJobs: (sinceMs: number) => Promise<readonly Omit<JobData, "customFields">[]>;
  readonly clock: { now(): number };
  /** Milliseconds after a refresh for which the copy is good. */
  readonly maxAgeMs: number;
}

/** A change may become visible a little after the moment that it bears: the last minute is read again each time. */
const OVERLAP_MS = 60_000;

/** What has changed does not tell what has gone: now and then everything is read, and what is not there is forgotten. */
const WHOLE_EVERY_MS = 3_600_000;

/** An empty mirror; it gives nothing before its first refresh. */
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
