import { type ConstDirectiveNode, isObjectType, Kind, valueFromASTUntyped } from "graphql";
import { expect, it } from "vitest";
import { APPLICATION_PARTS_PII, APPLICATION_PII, PII_SCOPE, TALENT_PII, USER_PII } from "../../../src/authz/pii.js";
import { RESOURCE_SCOPES } from "../../../src/authz/policy.js";
import { buildGraph } from "../../../src/graph/schema/build.js";

/** Contact details meant for candidates: they need no scope but still stay out of logs. */
const CONTACTS_FOR_CANDIDATES = [
  "AppointmentConfig.contactMobile",
  "AppointmentConfig.contactEmail",
  "Interview.contactMobile",
];

/** Returns every field with access directives for routers, with those directives. */
async function guardedFields(): Promise<Record<string, unknown>> {
  const schema = await buildGraph();
  const told = (directives: readonly ConstDirectiveNode[]): unknown[] =>
    directives
      .filter(({ name }) => ["authenticated", "requiresScopes", "tag"].includes(name.value))
      .map(({ name, arguments: [argument] = [] }) =>
        argument?.kind === Kind.ARGUMENT
          ? `${name.value} ${JSON.stringify(valueFromASTUntyped(argument.value))}`
          : name.value,
      )
      .sort();
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields()).map(
        (field) => [`${type.name}.${field.name}`, told(field.astNode?.directives ?? [])] as const,
      ),
    );
  return Object.fromEntries(fields.filter(([, directives]) => directives.length > 0));
}

it("the SDL has exactly the directives of the policy", async () => {
  const personal = [`requiresScopes [["${PII_SCOPE}"]]`, 'tag "pii"'];
  const expected = {
    ...Object.fromEntries(
      ["examMarkingTasks", "interviewTasks", "evaluationTasks", "viewer"].map((name) => [
        `Query.${name}`,
        ["authenticated"],
      ]),
    ),
    "Subscription.examMarkingTasksChanged": ["authenticated"],
    ...Object.fromEntries(
      (["job", "talent", "application"] as const).map((kind) => [
        `Query.${kind}`,
        [`requiresScopes [["${RESOURCE_SCOPES[kind]}"]]`],
      ]),
    ),
    ...Object.fromEntries(TALENT_PII.map((name) => [`Talent.${name}`, personal])),
    ...Object.fromEntries(APPLICATION_PARTS_PII.offer.map((name) => [`Offer.${name}`, personal])),
    ...Object.fromEntries(APPLICATION_PARTS_PII.agency.map((name) => [`Agency.${name}`, personal])),
    ...Object.fromEntries(APPLICATION_PII.map((name) => [`Application.${name}`, personal])),
    ...Object.fromEntries(
      USER_PII.map((name) => [`User.${name}`, [`requiresScopes [["${RESOURCE_SCOPES.user}"]]`, 'tag "pii"']]),
    ),
    ...Object.fromEntries(CONTACTS_FOR_CANDIDATES.map((field) => [field, ['tag "pii"']])),
  };
  expect(await guardedFields()).toEqual(expected);
});
