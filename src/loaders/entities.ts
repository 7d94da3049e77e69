import type { UserData } from "../feishu/contact/users.js";
import type { I18nText } from "../feishu/decode/decode.js";
import type { ApplicationData } from "../feishu/hire/application.js";
import type { ApplicationDetailData } from "../feishu/hire/application-detail.js";
import type { ExamData } from "../feishu/hire/exams.js";
import type { JobData } from "../feishu/hire/job.js";
import type { JobDetailData } from "../feishu/hire/job-detail.js";
import type { TalentData } from "../feishu/hire/talent.js";
import type { UserIdType } from "../feishu/hire/tasks.js";

/** A job with whatever of it has been read. */
export type JobEntity = { readonly id: string } & Partial<Omit<JobData, keyof JobDetailData>> & Partial<JobDetailData>;

/** A talent with whatever of it has been read. */
export type TalentEntity = { readonly id: string } & Partial<TalentData>;

/** An application with whatever of it has been read. */
export type ApplicationEntity = { readonly id: string } & Partial<ApplicationData> &
  Partial<Omit<ApplicationDetailData, keyof ApplicationData | "jobSummary" | "talentSummary">>;

/** A user: the reference, and whatever has been read. */
export type UserEntity = UserReference & Partial<UserData> & { readonly i18nName?: I18nText | null };

/** The fields of a user that the directory provides. */
export type UserFacts = Omit<UserEntity, keyof UserReference>;

/** Who a user is: an id means nothing without its kind. */
export interface UserReference {
  readonly id: string;
  readonly idType: UserIdType;
}

/** An exam as the graph shows it. */
export type ExamEntity = Omit<ExamData, "id" | "reviewerId"> & {
  readonly id: string;
  readonly reviewer: UserReference | null;
  readonly reviewedByMarker: boolean | null;
};
