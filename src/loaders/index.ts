export type { I18nCode, I18nRef, I18nText } from "../feishu/decode/decode.js";
export type { CustomFieldData } from "../feishu/hire/custom-field.js";
export type { TalentData } from "../feishu/hire/talent.js";
export { TASK_PAGE_SIZE, type TaskFilter, type TaskKind, type TaskRow, type UserIdType } from "../feishu/hire/tasks.js";
export { isFeishuId } from "../feishu/http/path.js";
export { type CallStats, createCallStats, type EndpointCounts } from "./call-stats.js";
export { createLoaders } from "./create-loaders.js";
export type {
  ApplicationEntity,
  ExamEntity,
  JobEntity,
  TalentEntity,
  UserEntity,
  UserReference,
} from "./entities.js";
export type { Loaders, PageOptions } from "./loaders.js";
export type { EntityKind, RowSelections } from "./sources.js";
