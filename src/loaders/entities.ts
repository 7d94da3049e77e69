import type { UserData } from "../feishu/contact/users.js";
import type { I18nText } from "../feishu/decode/decode.js";
import type { ApplicationData } from "../feishu/hire/application.js";
import type { ApplicationDetailData } from "../feishu/hire/application-detail.js";
import type { ExamData } from "../feishu/hire/exams.js";
import type { JobData } from "../feishu/hire/job.js";
import type { JobDetailData } from "../feishu/hire/job-detail.js";
import type { TalentData } from "../feishu/hire/talent.js";
import type { UserIdType } from "../feishu/hire/tasks.js";

/** A job with the fields read so far. */
export type JobEntity = { readonly id: string } & Partial<Omit<JobData, keyof JobDetailData>> & Partial<JobDetailData>;

/** A talent with the fields read so far. */
export type TalentEntity = { readonly id: string } & Partial<TalentData>;

/** An application with the fields read so far. */
export type ApplicationEntity = { readonly id: string } & Partial<ApplicationData> &
  Partial<Omit<ApplicationDetailData, keyof ApplicationData | "jobSummary" | "talentSummary">>;

/** A user: the reference and the fields read so far. */
export type UserEntity = UserReference & Partial<UserData> & { readonly i18nName?: I18nText | null };

/** Fields of a user that the directory provides. */
export type UserFacts = Omit<UserEntity, keyof UserReference>;

/** Identity of a user: an id is meaningless without its kind. */
export interface UserReference {
  readonly id: string;
  readonly idType: UserIdType;
}

/** An exam as the graph exposes it. */
export type ExamEntity = Omit<ExamData, "id" | "reviewerId"> & {
  readonly id: string;
  readonly reviewer: UserReference | null;
  readonly reviewedByMarker: boolean | null;
};
