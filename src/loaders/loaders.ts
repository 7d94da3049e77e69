import type { Owner, ResourceKind } from "../authz/policy.js";
import type { Caller } from "../authz/viewer.js";
import type { ExamData, ReviewerIdType } from "../feishu/hire/exams.js";
import type { TaskFilter, TaskKind, TaskPage, TaskRow } from "../feishu/hire/tasks.js";
import type { ApplicationEntity, JobEntity, TalentEntity, UserFacts, UserReference } from "./entities.js";
import type { PlannedLoader } from "./planned-loader.js";
import type { RowSelections } from "./sources.js";

/** Loaders of one request: every read from Feishu goes through them. `null` means that the entity does not exist. */
export interface Loaders {
  /** Caller of the request; `null` is any caller when sign-in is not required. */
  readonly caller: Caller;
  /**
   * Checks that the caller may read a list, by the policy in `authz/policy.ts`.
   * @throws {AccessDenied}
   */
  admitList(kind: TaskKind, owner: Owner): Promise<void>;
  /**
   * Checks that the caller may see rows that were read for others too. Grants the entities that the rows refer to.
   * @throws {AccessDenied}
   */
  admitRows(kind: TaskKind, owner: Owner, rows: readonly TaskRow[]): Promise<void>;
  /**
   * Checks that the caller may read a resource by its bare id.
   * @throws {AccessDenied}
   */
  admit(kind: ResourceKind, id: string): void;
  readonly job: PlannedLoader<JobEntity>;
  readonly talent: PlannedLoader<TalentEntity>;
  readonly application: PlannedLoader<ApplicationEntity>;
  /**
   * Returns a user of the directory.
   * @throws {UpstreamError} `UPSTREAM_BAD_REQUEST`, without a call, for an id kind that the directory does not know.
   */
  user(reference: UserReference, fields: ReadonlySet<string>): Promise<UserFacts | null>;
  /** Returns the exams of one application; `idType` is the kind of the reviewers' ids. */
  exams(applicationId: string, idType: ReviewerIdType): Promise<readonly ExamData[]>;
  /**
   * Starts the reads that the rows' resolvers will request. They are then in flight while the next page is read. Never
   * throws: the resolver gets the same promise and its failure.
   */
  prefetchRows(rows: readonly TaskRow[], selections: RowSelections): void;
  /** Reads one page of an employee's tasks; a `pageToken` of `null` means the first page. */
  taskPage(
    kind: TaskKind,
    filter: TaskFilter,
    pageToken: string | null,
    options: PageOptions,
  ): Promise<TaskPage & { readonly isCached: boolean }>;
}

/** Options for reading a page. */
export interface PageOptions {
  /** True if a cached page, which may be a moment old, is acceptable. */
  readonly mayBeCached: boolean;
  /** True if no estimate covers the call. */
  readonly isExtra: boolean;
}
