import { PII_SCOPE } from "../../authz/pii.js";
import { RESOURCE_SCOPES, type ResourceKind } from "../../authz/policy.js";

/**
 * Directive for fields that require authentication. These directives state the rule of `authz/policy.ts` as far as a
 * router can apply it. A router can then deny earlier. Rules that depend on a list's owner exist only in the policy.
 */
export const SIGNED_IN = "@authenticated";

/** Returns the directive for requesting an entity by its bare id. */
export const byBareId = (kind: ResourceKind): string => `@requiresScopes(scopes: [["${RESOURCE_SCOPES[kind]}"]])`;

/** Tag of PII fields of any person. Their values stay wrapped as secrets until the response. */
export const PERSONAL = '@tag(name: "pii")';

/** Directives of a candidate's PII fields. */
export const PERSONAL_OF_CANDIDATES: readonly string[] = [`@requiresScopes(scopes: [["${PII_SCOPE}"]])`, PERSONAL];

/**
 * Cost of an object without a call of its own. A router that plans by `@cost` would count one for each object. These
 * weights are coarser than the estimate that operations are priced by, which knows plans and batches.
 */
export const FREE = "@cost(weight: 0)";

/** Cost of a job, a talent or an application: one call. */
export const ONE_CALL = "@cost(weight: 1)";

/** Cost of a list: the calls for its pages, exams and users at the documented maximum of `first`. */
export const LIST_CALLS = "@cost(weight: 10)";

/** Size of a list: the value of `first`. */
export const LIST_SIZE =
  '@listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)';
