import { PII_SCOPE, RESOURCE_SCOPES, type ResourceKind } from "../../authz/policy.js";

/**
 * The rule of `authz/policy.ts` as a router can know it, so that it may refuse earlier. What depends on whose list it is stands
 * only there.
 */
export const SIGNED_IN = "@authenticated";

/** Asking for a thing by its bare id. */
export const byBareId = (kind: ResourceKind): string => `@requiresScopes(scopes: [["${RESOURCE_SCOPES[kind]}"]])`;

/** What is personal of anybody: the values of these fields are kept as secrets until they are answered. */
export const PERSONAL = '@tag(name: "pii")';

/** What is personal of a candidate. */
export const PERSONAL_OF_CANDIDATES: readonly string[] = [`@requiresScopes(scopes: [["${PII_SCOPE}"]])`, PERSONAL];
