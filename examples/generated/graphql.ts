/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Status of an application: active, or not. */
export type ApplicationActiveStatus =
  /** Feishu's code 1: active. */
  | 'ACTIVE'
  /** Feishu's code 2: ended. */
  | 'ENDED';

/** The kind of a stage (阶段) of the recruiting process. */
export type ApplicationStageType =
  /** Feishu's code 2: evaluation. */
  | 'EVALUATION'
  /** Feishu's code 4: interview. */
  | 'INTERVIEW'
  /** Feishu's code 5: offer. */
  | 'OFFER'
  /** Feishu's code 7: onboarded. */
  | 'ONBOARDED'
  /** Feishu's code 8: other. */
  | 'OTHER'
  /** Feishu's code 1: screening. */
  | 'SCREENING'
  /** Feishu's code 255: system default. */
  | 'SYSTEM_DEFAULT'
  /** Feishu's code 6: to onboard. */
  | 'TO_ONBOARD'
  /** Feishu's code 3: written test. */
  | 'WRITTEN_TEST';

/** A degree (学历). */
export type Degree =
  /** Feishu's code 6: bachelor. */
  | 'BACHELOR'
  /** Feishu's code 5: college. */
  | 'COLLEGE'
  /** Feishu's code 8: doctor. */
  | 'DOCTOR'
  /** Feishu's code 4: high school. */
  | 'HIGH_SCHOOL'
  /** Feishu's code 2: junior middle school. */
  | 'JUNIOR_MIDDLE_SCHOOL'
  /** Feishu's code 7: master. */
  | 'MASTER'
  /** Feishu's code 9: other. */
  | 'OTHER'
  /** Feishu's code 1: primary school. */
  | 'PRIMARY_SCHOOL'
  /** Feishu's code 3: vocational school. */
  | 'VOCATIONAL_SCHOOL';

/** The closed list of error codes: `extensions.code` of every error, and of an interruption. */
export type ErrorCode =
  /** The request is wrong: its document, an argument or a variable. */
  | 'BAD_USER_INPUT'
  /** The operation could cost more upstream calls than is allowed. */
  | 'COST_LIMIT_EXCEEDED'
  /** Feishu no longer accepts the position in the list; start again. */
  | 'CURSOR_EXPIRED'
  /** The operation ran out of time. */
  | 'DEADLINE_EXCEEDED'
  /** The caller may not see this. */
  | 'FORBIDDEN'
  /** An internal error of this service; the log has it under `requestId`. */
  | 'INTERNAL_SERVER_ERROR'
  /** `after` is not a cursor of this list, `since` is not a position of it, or the value was altered. */
  | 'INVALID_CURSOR'
  /** The request has no valid credentials. */
  | 'UNAUTHENTICATED'
  /** Feishu rejects the request, for example an id of an unknown user. */
  | 'UPSTREAM_BAD_REQUEST'
  /** Feishu's answer is not what its documentation says. */
  | 'UPSTREAM_CONTRACT'
  /** Feishu's page tokens repeat, are missing, or lead through too many empty pages. */
  | 'UPSTREAM_PAGINATION_LOOP'
  /** Feishu rejects the app: its credentials are invalid, or an administrator has to grant a permission. */
  | 'UPSTREAM_PERMISSION_MISSING'
  /** The tenant's monthly quota of Feishu calls is used up. */
  | 'UPSTREAM_QUOTA_EXHAUSTED'
  /** Feishu's rate limit is reached; wait for `retryAfterMs`. */
  | 'UPSTREAM_RATE_LIMITED'
  /** Feishu did not answer in time. */
  | 'UPSTREAM_TIMEOUT'
  /** Feishu failed, or could not be reached. */
  | 'UPSTREAM_UNAVAILABLE';

/** Status of a written exam: marked, or not. */
export type ExamMarkingStatus =
  /** Marked (已阅卷). */
  | 'MARKED'
  /** To be marked (待阅卷). */
  | 'PENDING';

/** The status of a written exam. */
export type ExamStatus =
  /** Feishu's code 3: answered. */
  | 'ANSWERED'
  /** Feishu's code 7: arrangement failed. */
  | 'ARRANGEMENT_FAILED'
  /** Feishu's code 6: failed. */
  | 'FAILED'
  /** Feishu's code 2: not answered. */
  | 'NOT_ANSWERED'
  /** Feishu's code 1: not arranged. */
  | 'NOT_ARRANGED'
  /** Feishu's code 5: passed. */
  | 'PASSED'
  /** Feishu's code 4: waiting for marking. */
  | 'WAITING_FOR_MARKING';

/** Status of a job: open, or closed. */
export type JobActiveStatus =
  /** Feishu's code 2: closed. */
  | 'CLOSED'
  /** Feishu's code 1: open. */
  | 'OPEN';

/** The type of a user id. An id is meaningless without its type. */
export type UserIdType =
  /** `ou_…`: a user as one app knows them. */
  | 'OPEN_ID'
  /** A user as Feishu People knows them; being retired by Feishu. */
  | 'PEOPLE_ADMIN_ID'
  /** `on_…`: a user as all apps of one developer know them. */
  | 'UNION_ID'
  /** A user within one tenant; needs Feishu's `contact:user.employee_id:readonly`. */
  | 'USER_ID';

export type TasksWithDetailsQueryVariables = Exact<{
  userId: string | number;
  first?: number;
}>;


export type TasksWithDetailsQuery = { examMarkingTasks: { edges: Array<{ cursor: string, node: { id: string, status: ExamMarkingStatus | null, job: { title: string | null, code: string | null, department: { name: { text: string | null } | null } | null } | null, talent: { name: string | null, experienceYears: number | null, educations: Array<{ schoolName: string | null, major: string | null, degree: Degree | null }> | null } | null, application: { createTime: string | null, stage: { name: { text: string | null } | null } | null } | null, exams: Array<{ paperName: string | null, status: ExamStatus | null, score: string | null, reviewedByMarker: boolean | null }> | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, interruption: { code: ErrorCode, message: string, retryAfterMs: number | null } | null } };

export type NextPageQueryVariables = Exact<{
  userId: string | number;
  after?: string | null | undefined;
}>;


export type NextPageQuery = { examMarkingTasks: { edges: Array<{ node: { id: string, status: ExamMarkingStatus | null, jobId: string, talentId: string, applicationId: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MarkedByUserIdQueryVariables = Exact<{
  userId: string | number;
  userIdType: UserIdType;
}>;


export type MarkedByUserIdQuery = { examMarkingTasks: { edges: Array<{ node: { id: string, marker: { id: string, idType: UserIdType }, talent: { name: string | null } | null } | null }>, pageInfo: { hasNextPage: boolean } } };

export type OneOfEachQueryVariables = Exact<{
  jobId: string | number;
  talentId: string | number;
  applicationId: string | number;
}>;


export type OneOfEachQuery = { job: { title: string | null, activeStatus: JobActiveStatus | null, minSalary: number | null, maxSalary: number | null, createTime: string | null, cities: Array<{ name: { text: string | null } | null }> | null } | null, talent: { name: string | null, topDegree: Degree | null, careers: Array<{ companyName: string | null, title: string | null, startTime: string | null, endTime: string | null, ongoing: boolean | null }> | null } | null, application: { activeStatus: ApplicationActiveStatus | null, stage: { type: ApplicationStageType | null, name: { text: string | null } | null } | null, job: { id: string } | null, talent: { id: string } | null } | null };


export const TasksWithDetailsDocument = {"__meta__":{"hash":"sha256:5dbd04af17657f0a4f7c23087ba96d524b572de663001367dcfaa46739b073ed"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TasksWithDetails"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"examMarkingTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userId"}}},{"kind":"Argument","name":{"kind":"Name","value":"status"},"value":{"kind":"EnumValue","value":"PENDING"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"department"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"talent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"experienceYears"}},{"kind":"Field","name":{"kind":"Name","value":"educations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"schoolName"}},{"kind":"Field","name":{"kind":"Name","value":"major"}},{"kind":"Field","name":{"kind":"Name","value":"degree"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"application"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"locale"},"value":{"kind":"EnumValue","value":"EN_US"}}]}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"createTime"}}]}},{"kind":"Field","name":{"kind":"Name","value":"exams"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paperName"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"reviewedByMarker"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"interruption"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterMs"}}]}}]}}]}}]} as unknown as DocumentNode<TasksWithDetailsQuery, TasksWithDetailsQueryVariables>;
export const NextPageDocument = {"__meta__":{"hash":"sha256:b3da38ddcccb20f090c602378ebba1be03914a740487bc391190de84a803b694"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NextPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"examMarkingTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"jobId"}},{"kind":"Field","name":{"kind":"Name","value":"talentId"}},{"kind":"Field","name":{"kind":"Name","value":"applicationId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<NextPageQuery, NextPageQueryVariables>;
export const MarkedByUserIdDocument = {"__meta__":{"hash":"sha256:ac0ac09dffd12b120d4748e3ebe284d0d3206d920f5908413857232476e2ec3e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MarkedByUserId"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userIdType"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UserIdType"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"examMarkingTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userId"}}},{"kind":"Argument","name":{"kind":"Name","value":"userIdType"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIdType"}}},{"kind":"Argument","name":{"kind":"Name","value":"status"},"value":{"kind":"EnumValue","value":"MARKED"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"marker"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"idType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"talent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}}]} as unknown as DocumentNode<MarkedByUserIdQuery, MarkedByUserIdQueryVariables>;
export const OneOfEachDocument = {"__meta__":{"hash":"sha256:964c828daf6729469e3e005afea3048c31cdc4219a6167136c2ab51bdb694072"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OneOfEach"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"jobId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"talentId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"applicationId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"jobId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"activeStatus"}},{"kind":"Field","name":{"kind":"Name","value":"cities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"minSalary"}},{"kind":"Field","name":{"kind":"Name","value":"maxSalary"}},{"kind":"Field","name":{"kind":"Name","value":"createTime"}}]}},{"kind":"Field","name":{"kind":"Name","value":"talent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"talentId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"topDegree"}},{"kind":"Field","name":{"kind":"Name","value":"careers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"companyName"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"startTime"}},{"kind":"Field","name":{"kind":"Name","value":"endTime"}},{"kind":"Field","name":{"kind":"Name","value":"ongoing"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"application"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"applicationId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activeStatus"}},{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"talent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<OneOfEachQuery, OneOfEachQueryVariables>;