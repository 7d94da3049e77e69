import type { Owner, ResourceKind } from "../authz/policy.js";
import type { Caller } from "../authz/viewer.js";
import type { ExamData, ReviewerIdType } from "../feishu/hire/exams.js";
import type { TaskFilter, TaskKind, TaskPage, TaskRow } from "../feishu/hire/tasks.js";
import type { ApplicationEntity, JobEntity, TalentEntity, UserFacts, UserReference } from "./entities.js";
import type { PlannedLoader } from "./planned-loader.js";
import type { RowSelections } from "./sources.js";

/** Everything that one request reads from Feishu goes through here; `null` is "there is no such thing". */
export interface Loaders {
  /** Who asks; `null` is anybody, where nobody has to sign in. */
  readonly caller: Caller;
  /**
   * Lets a list be read, or not: the rule of `authz/policy.ts`.
   * @throws {AccessDenied}
   */
  admitList(kind: TaskKind, owner: Owner): Promise<void>;
  /**
   * Lets rows of a list be seen that were read for others too, and what they refer to be read; or not.
   * @throws {AccessDenied}
   */
  admitRows(kind: TaskKind, owner: Owner, rows: readonly TaskRow[]): Promise<void>;
  /**
   * Lets something be read by its bare id, or not.
   * @throws {AccessDenied}
   */
  admit(kind: ResourceKind, id: string): void;
  readonly job: PlannedLoader<JobEntity>;
  readonly talent: PlannedLoader<TalentEntity>;
  readonly application: PlannedLoader<ApplicationEntity>;
  /**
   * A user of the directory.
   * @throws {UpstreamError} `UPSTREAM_BAD_REQUEST`, at no call, for the kind of id that the directory does not know.
   */
  user(reference: UserReference, fields: ReadonlySet<string>): Promise<UserFacts | null>;
  /** The exams of one application; the reviewers' ids are of `idType`. */
  exams(applicationId: string, idType: ReviewerIdType): Promise<readonly ExamData[]>;
  /**
   * Starts the reads that the rows' resolvers will ask for, so that they are in flight while the next page is still being read.
   * Never throws: the resolver gets the same promise, and its failure.
   */
  prefetchRows(rows: readonly TaskRow[], selections: RowSelections): void;
  /** One page of an employee's tasks; `pageToken` `null` is the first. */
  taskPage(
    kind: TaskKind,
    filter: TaskFilter,
    pageToken: string | null,
    options: PageOptions,
  ): Promise<TaskPage & { readonly isCached: boolean }>;
}

/** Options for reading a page. */
export interface PageOptions {
  /** A cached page may be a moment old. */
  readonly mayBeCached: boolean;
  /** No estimate foresees it. */
  readonly isExtra: boolean;
}
