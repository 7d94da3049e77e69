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
