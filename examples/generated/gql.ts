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
    "query TasksWithDetails($userId: ID!, $first: Int! = 5) {\n  examMarkingTasks(userId: $userId, status: PENDING, first: $first) {\n    edges {\n      cursor\n      node {\n        id\n        status\n        job {\n          title\n          code\n          department {\n            name {\n              text\n            }\n          }\n        }\n        talent {\n          name\n          experienceYears\n          educations {\n            schoolName\n            major\n            degree\n          }\n        }\n        application {\n          stage {\n            name {\n              text(locale: EN_US)\n            }\n          }\n          createTime\n        }\n        exams {\n          paperName\n          status\n          score\n          reviewedByMarker\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    interruption {\n      code\n      message\n      retryAfterMs\n    }\n  }\n}": typeof types.TasksWithDetailsDocument,
    "query NextPage($userId: ID!, $after: String) {\n  examMarkingTasks(userId: $userId, first: 20, after: $after) {\n    edges {\n      node {\n        id\n        status\n        jobId\n        talentId\n        applicationId\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": typeof types.NextPageDocument,
    "query MarkedByUserId($userId: ID!, $userIdType: UserIdType!) {\n  examMarkingTasks(userId: $userId, userIdType: $userIdType, status: MARKED) {\n    edges {\n      node {\n        id\n        marker {\n          id\n          idType\n        }\n        talent {\n          name\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n    }\n  }\n}": typeof types.MarkedByUserIdDocument,
    "query OneOfEach($jobId: ID!, $talentId: ID!, $applicationId: ID!) {\n  job(id: $jobId) {\n    title\n    activeStatus\n    cities {\n      name {\n        text\n      }\n    }\n    minSalary\n    maxSalary\n    createTime\n  }\n  talent(id: $talentId) {\n    name\n    topDegree\n    careers {\n      companyName\n      title\n      startTime\n      endTime\n      ongoing\n    }\n  }\n  application(id: $applicationId) {\n    activeStatus\n    stage {\n      name {\n        text\n      }\n      type\n    }\n    job {\n      id\n    }\n    talent {\n      id\n    }\n  }\n}": typeof types.OneOfEachDocument,
};
const documents: Documents = {
    "query TasksWithDetails($userId: ID!, $first: Int! = 5) {\n  examMarkingTasks(userId: $userId, status: PENDING, first: $first) {\n    edges {\n      cursor\n      node {\n        id\n        status\n        job {\n          title\n          code\n          department {\n            name {\n              text\n            }\n          }\n        }\n        talent {\n          name\n          experienceYears\n          educations {\n            schoolName\n            major\n            degree\n          }\n        }\n        application {\n          stage {\n            name {\n              text(locale: EN_US)\n            }\n          }\n          createTime\n        }\n        exams {\n          paperName\n          status\n          score\n          reviewedByMarker\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    interruption {\n      code\n      message\n      retryAfterMs\n    }\n  }\n}": types.TasksWithDetailsDocument,
    "query NextPage($userId: ID!, $after: String) {\n  examMarkingTasks(userId: $userId, first: 20, after: $after) {\n    edges {\n      node {\n        id\n        status\n        jobId\n        talentId\n        applicationId\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": types.NextPageDocument,
    "query MarkedByUserId($userId: ID!, $userIdType: UserIdType!) {\n  examMarkingTasks(userId: $userId, userIdType: $userIdType, status: MARKED) {\n    edges {\n      node {\n        id\n        marker {\n          id\n          idType\n        }\n        talent {\n          name\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n    }\n  }\n}": types.MarkedByUserIdDocument,
    "query OneOfEach($jobId: ID!, $talentId: ID!, $applicationId: ID!) {\n  job(id: $jobId) {\n    title\n    activeStatus\n    cities {\n      name {\n        text\n      }\n    }\n    minSalary\n    maxSalary\n    createTime\n  }\n  talent(id: $talentId) {\n    name\n    topDegree\n    careers {\n      companyName\n      title\n      startTime\n      endTime\n      ongoing\n    }\n  }\n  application(id: $applicationId) {\n    activeStatus\n    stage {\n      name {\n        text\n      }\n      type\n    }\n    job {\n      id\n    }\n    talent {\n      id\n    }\n  }\n}": types.OneOfEachDocument,
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
export function graphql(source: "query TasksWithDetails($userId: ID!, $first: Int! = 5) {\n  examMarkingTasks(userId: $userId, status: PENDING, first: $first) {\n    edges {\n      cursor\n      node {\n        id\n        status\n        job {\n          title\n          code\n          department {\n            name {\n              text\n            }\n          }\n        }\n        talent {\n          name\n          experienceYears\n          educations {\n            schoolName\n            major\n            degree\n          }\n        }\n        application {\n          stage {\n            name {\n              text(locale: EN_US)\n            }\n          }\n          createTime\n        }\n        exams {\n          paperName\n          status\n          score\n          reviewedByMarker\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    interruption {\n      code\n      message\n      retryAfterMs\n    }\n  }\n}"): (typeof documents)["query TasksWithDetails($userId: ID!, $first: Int! = 5) {\n  examMarkingTasks(userId: $userId, status: PENDING, first: $first) {\n    edges {\n      cursor\n      node {\n        id\n        status\n        job {\n          title\n          code\n          department {\n            name {\n              text\n            }\n          }\n        }\n        talent {\n          name\n          experienceYears\n          educations {\n            schoolName\n            major\n            degree\n          }\n        }\n        application {\n          stage {\n            name {\n              text(locale: EN_US)\n            }\n          }\n          createTime\n        }\n        exams {\n          paperName\n          status\n          score\n          reviewedByMarker\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    interruption {\n      code\n      message\n      retryAfterMs\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query NextPage($userId: ID!, $after: String) {\n  examMarkingTasks(userId: $userId, first: 20, after: $after) {\n    edges {\n      node {\n        id\n        status\n        jobId\n        talentId\n        applicationId\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"): (typeof documents)["query NextPage($userId: ID!, $after: String) {\n  examMarkingTasks(userId: $userId, first: 20, after: $after) {\n    edges {\n      node {\n        id\n        status\n        jobId\n        talentId\n        applicationId\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query MarkedByUserId($userId: ID!, $userIdType: UserIdType!) {\n  examMarkingTasks(userId: $userId, userIdType: $userIdType, status: MARKED) {\n    edges {\n      node {\n        id\n        marker {\n          id\n          idType\n        }\n        talent {\n          name\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n    }\n  }\n}"): (typeof documents)["query MarkedByUserId($userId: ID!, $userIdType: UserIdType!) {\n  examMarkingTasks(userId: $userId, userIdType: $userIdType, status: MARKED) {\n    edges {\n      node {\n        id\n        marker {\n          id\n          idType\n        }\n        talent {\n          name\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query OneOfEach($jobId: ID!, $talentId: ID!, $applicationId: ID!) {\n  job(id: $jobId) {\n    title\n    activeStatus\n    cities {\n      name {\n        text\n      }\n    }\n    minSalary\n    maxSalary\n    createTime\n  }\n  talent(id: $talentId) {\n    name\n    topDegree\n    careers {\n      companyName\n      title\n      startTime\n      endTime\n      ongoing\n    }\n  }\n  application(id: $applicationId) {\n    activeStatus\n    stage {\n      name {\n        text\n      }\n      type\n    }\n    job {\n      id\n    }\n    talent {\n      id\n    }\n  }\n}"): (typeof documents)["query OneOfEach($jobId: ID!, $talentId: ID!, $applicationId: ID!) {\n  job(id: $jobId) {\n    title\n    activeStatus\n    cities {\n      name {\n        text\n      }\n    }\n    minSalary\n    maxSalary\n    createTime\n  }\n  talent(id: $talentId) {\n    name\n    topDegree\n    careers {\n      companyName\n      title\n      startTime\n      endTime\n      ongoing\n    }\n  }\n  application(id: $applicationId) {\n    activeStatus\n    stage {\n      name {\n        text\n      }\n      type\n    }\n    job {\n      id\n    }\n    talent {\n      id\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;