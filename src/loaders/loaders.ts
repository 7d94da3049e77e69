import type { Owner, ThingKind } from "../authz/policy.js";
import type { Caller } from "../authz/viewer.js";
import type { ExamData, ReviewerIdType } from "../feishu/hire/exams.js";
import type { TaskFilter, TaskKind, TaskPage, TaskRow } from "../feishu/hire/tasks.js";
import type { ApplicationEntity, JobEntity, TalentEntity, UserFacts, UserReference } from "./entities.js";
import type { RowWishes } from "./lookups.js";
import type { PlannedLoader } from "./planned.js";

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
  admit(kind: ThingKind, id: string): void;
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
   * Starts what the rows' resolvers will ask for, so that it is on its way while the next page is still being asked. Fails
   * nowhere: who asks for it gets the same promise, and what it fails with.
   */
  startLookups(rows: readonly TaskRow[], wishes: RowWishes): void;
  /** One page of an employee's tasks; `pageToken` `null` is the first. */
  taskPage(
    kind: TaskKind,
    filter: TaskFilter,
    pageToken: string | null,
    how: PageTerms,
  ): Promise<TaskPage & { readonly isHeld: boolean }>;
}

/** How a page is read. */
export interface PageTerms {
  /** A held page may be a moment old. */
  readonly mayBeHeld: boolean;
  /** It is one more than was planned for. */
  readonly isExtra: boolean;
}
