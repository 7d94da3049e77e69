/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query Inbox(\n    $isOwn: Boolean!\n    $userId: ID!\n    $status: ExamMarkingStatus\n    $first: Int!\n    $after: String\n    $showsPersonal: Boolean!\n  ) {\n    viewer @include(if: $isOwn) {\n      userId\n      examMarkingTasks(status: $status, first: $first, after: $after) {\n        ...TaskPage\n      }\n    }\n    examMarkingTasks(userId: $userId, status: $status, first: $first, after: $after) @skip(if: $isOwn) {\n      ...TaskPage\n    }\n  }\n": typeof types.InboxDocument,
    "\n  fragment TaskPage on ExamMarkingTaskConnection {\n    edges {\n      cursor\n      node {\n        id\n        ...TaskRow\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    interruption {\n      code\n      retryAfterMs\n    }\n  }\n": typeof types.TaskPageFragmentDoc,
    "\n  subscription InboxChanged($userId: ID!, $status: ExamMarkingStatus, $since: String) {\n    examMarkingTasksChanged(userId: $userId, status: $status, since: $since) {\n      tasks {\n        id\n        status\n      }\n      removedIds\n      total\n      position\n      interruption {\n        code\n      }\n    }\n  }\n": typeof types.InboxChangedDocument,
    "\n  query Me {\n    viewer {\n      userId\n      name\n      avatarUrl\n      scopes\n    }\n  }\n": typeof types.MeDocument,
    "\n  fragment TaskRow on ExamMarkingTask {\n    id\n    status\n    exams {\n      id\n      score\n      reviewedByMarker\n      reportUrls\n    }\n    application {\n      id\n      stage {\n        id\n        name {\n          text\n        }\n      }\n    }\n    ...Candidate\n    ...JobOfTask\n  }\n": typeof types.TaskRowFragmentDoc,
    "\n  fragment Candidate on ExamMarkingTask {\n    talent {\n      id\n      name\n      email @include(if: $showsPersonal)\n      mobileNumber @include(if: $showsPersonal)\n      experienceYears\n      educations {\n        schoolName\n      }\n    }\n  }\n": typeof types.CandidateFragmentDoc,
    "\n  fragment JobOfTask on ExamMarkingTask {\n    job {\n      id\n      title\n      department {\n        name {\n          text\n        }\n      }\n    }\n  }\n": typeof types.JobOfTaskFragmentDoc,
};
const documents: Documents = {
    "\n  query Inbox(\n    $isOwn: Boolean!\n    $userId: ID!\n    $status: ExamMarkingStatus\n    $first: Int!\n    $after: String\n    $showsPersonal: Boolean!\n  ) {\n    viewer @include(if: $isOwn) {\n      userId\n      examMarkingTasks(status: $status, first: $first, after: $after) {\n        ...TaskPage\n      }\n    }\n    examMarkingTasks(userId: $userId, status: $status, first: $first, after: $after) @skip(if: $isOwn) {\n      ...TaskPage\n    }\n  }\n": types.InboxDocument,
    "\n  fragment TaskPage on ExamMarkingTaskConnection {\n    edges {\n      cursor\n      node {\n        id\n        ...TaskRow\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    interruption {\n      code\n      retryAfterMs\n    }\n  }\n": types.TaskPageFragmentDoc,
    "\n  subscription InboxChanged($userId: ID!, $status: ExamMarkingStatus, $since: String) {\n    examMarkingTasksChanged(userId: $userId, status: $status, since: $since) {\n      tasks {\n        id\n        status\n      }\n      removedIds\n      total\n      position\n      interruption {\n        code\n      }\n    }\n  }\n": types.InboxChangedDocument,
    "\n  query Me {\n    viewer {\n      userId\n      name\n      avatarUrl\n      scopes\n    }\n  }\n": types.MeDocument,
    "\n  fragment TaskRow on ExamMarkingTask {\n    id\n    status\n    exams {\n      id\n      score\n      reviewedByMarker\n      reportUrls\n    }\n    application {\n      id\n      stage {\n        id\n        name {\n          text\n        }\n      }\n    }\n    ...Candidate\n    ...JobOfTask\n  }\n": types.TaskRowFragmentDoc,
    "\n  fragment Candidate on ExamMarkingTask {\n    talent {\n      id\n      name\n      email @include(if: $showsPersonal)\n      mobileNumber @include(if: $showsPersonal)\n      experienceYears\n      educations {\n        schoolName\n      }\n    }\n  }\n": types.CandidateFragmentDoc,
    "\n  fragment JobOfTask on ExamMarkingTask {\n    job {\n      id\n      title\n      department {\n        name {\n          text\n        }\n      }\n    }\n  }\n": types.JobOfTaskFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Inbox(\n    $isOwn: Boolean!\n    $userId: ID!\n    $status: ExamMarkingStatus\n    $first: Int!\n    $after: String\n    $showsPersonal: Boolean!\n  ) {\n    viewer @include(if: $isOwn) {\n      userId\n      examMarkingTasks(status: $status, first: $first, after: $after) {\n        ...TaskPage\n      }\n    }\n    examMarkingTasks(userId: $userId, status: $status, first: $first, after: $after) @skip(if: $isOwn) {\n      ...TaskPage\n    }\n  }\n"): (typeof documents)["\n  query Inbox(\n    $isOwn: Boolean!\n    $userId: ID!\n    $status: ExamMarkingStatus\n    $first: Int!\n    $after: String\n    $showsPersonal: Boolean!\n  ) {\n    viewer @include(if: $isOwn) {\n      userId\n      examMarkingTasks(status: $status, first: $first, after: $after) {\n        ...TaskPage\n      }\n    }\n    examMarkingTasks(userId: $userId, status: $status, first: $first, after: $after) @skip(if: $isOwn) {\n      ...TaskPage\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment TaskPage on ExamMarkingTaskConnection {\n    edges {\n      cursor\n      node {\n        id\n        ...TaskRow\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    interruption {\n      code\n      retryAfterMs\n    }\n  }\n"): (typeof documents)["\n  fragment TaskPage on ExamMarkingTaskConnection {\n    edges {\n      cursor\n      node {\n        id\n        ...TaskRow\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    interruption {\n      code\n      retryAfterMs\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription InboxChanged($userId: ID!, $status: ExamMarkingStatus, $since: String) {\n    examMarkingTasksChanged(userId: $userId, status: $status, since: $since) {\n      tasks {\n        id\n        status\n      }\n      removedIds\n      total\n      position\n      interruption {\n        code\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription InboxChanged($userId: ID!, $status: ExamMarkingStatus, $since: String) {\n    examMarkingTasksChanged(userId: $userId, status: $status, since: $since) {\n      tasks {\n        id\n        status\n      }\n      removedIds\n      total\n      position\n      interruption {\n        code\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    viewer {\n      userId\n      name\n      avatarUrl\n      scopes\n    }\n  }\n"): (typeof documents)["\n  query Me {\n    viewer {\n      userId\n      name\n      avatarUrl\n      scopes\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment TaskRow on ExamMarkingTask {\n    id\n    status\n    exams {\n      id\n      score\n      reviewedByMarker\n      reportUrls\n    }\n    application {\n      id\n      stage {\n        id\n        name {\n          text\n        }\n      }\n    }\n    ...Candidate\n    ...JobOfTask\n  }\n"): (typeof documents)["\n  fragment TaskRow on ExamMarkingTask {\n    id\n    status\n    exams {\n      id\n      score\n      reviewedByMarker\n      reportUrls\n    }\n    application {\n      id\n      stage {\n        id\n        name {\n          text\n        }\n      }\n    }\n    ...Candidate\n    ...JobOfTask\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Candidate on ExamMarkingTask {\n    talent {\n      id\n      name\n      email @include(if: $showsPersonal)\n      mobileNumber @include(if: $showsPersonal)\n      experienceYears\n      educations {\n        schoolName\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment Candidate on ExamMarkingTask {\n    talent {\n      id\n      name\n      email @include(if: $showsPersonal)\n      mobileNumber @include(if: $showsPersonal)\n      experienceYears\n      educations {\n        schoolName\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment JobOfTask on ExamMarkingTask {\n    job {\n      id\n      title\n      department {\n        name {\n          text\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment JobOfTask on ExamMarkingTask {\n    job {\n      id\n      title\n      department {\n        name {\n          text\n        }\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;