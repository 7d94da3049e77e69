import type DataLoader from "dataloader";
import type { Send } from "../feishu/client.js";
import { type ApplicationData, getApplication } from "../feishu/hire/application.js";
import { listExamMarkingTasks, type TaskFilter, type TaskPage } from "../feishu/hire/exam-marking-tasks.js";
import { getJob, type JobData } from "../feishu/hire/job.js";
import { getTalent, type TalentData } from "../feishu/hire/talent.js";
import { createByIdLoader } from "./by-id.js";

export type { ApplicationData } from "../feishu/hire/application.js";
export type { ExamMarkingTaskRow, TaskFilter, UserIdType } from "../feishu/hire/exam-marking-tasks.js";
export type { JobData } from "../feishu/hire/job.js";
export type { TalentData } from "../feishu/hire/talent.js";
export { isFeishuId } from "../feishu/path.js";

/** Everything that one request reads from Feishu goes through here; `null` is "there is no such thing". */
export interface Loaders {
  readonly job: DataLoader<string, JobData | null>;
  readonly talent: DataLoader<string, TalentData | null>;
  readonly application: DataLoader<string, ApplicationData | null>;
  /** One page of a marker's tasks; `pageToken` `null` is the first. */
  listExamMarkingTasks(filter: TaskFilter, pageToken: string | null): Promise<TaskPage>;
}

/** One set of loaders for one request. `signal` ends all of its reads. */
export function createLoaders(send: Send, signal: AbortSignal): Loaders {
  return {
    job: createByIdLoader("job", (id) => getJob(send, id, signal)),
    talent: createByIdLoader("talent", (id) => getTalent(send, id, signal)),
    application: createByIdLoader("application", (id) => getApplication(send, id, signal)),
    listExamMarkingTasks: (filter, pageToken) => listExamMarkingTasks(send, filter, pageToken, signal),
  };
}
