import { type ConstDirectiveNode, isObjectType, Kind, valueFromASTUntyped } from "graphql";
import { expect, it } from "vitest";
import { APPLICATION_PII, PII_SCOPE, TALENT_PII, THING_SCOPES } from "../../src/authz/policy.js";
import { buildGraph } from "../../src/graph/schema.js";

/** What is personal of people who work there needs no scope of ours, and is kept out of logs all the same. */
const EMPLOYEES_PII = [
  "User.email",
  "User.mobile",
  "User.enterpriseEmail",
  "AppointmentConfig.contactMobile",
  "AppointmentConfig.contactEmail",
  "Interview.contactMobile",
];

/** Every field that a router is told to guard, with what it is told. */
async function guardedFields(): Promise<Record<string, unknown>> {
  const { schema } = await buildGraph();
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

it("the SDL tells routers what the policy says, and nothing else", async () => {
  const personal = [`requiresScopes [["${PII_SCOPE}"]]`, 'tag "pii"'];
  const expected = {
    ...Object.fromEntries(
      ["examMarkingTasks", "interviewTasks", "evaluationTasks", "viewer"].map((name) => [
        `Query.${name}`,
        ["authenticated"],
      ]),
    ),
    ...Object.fromEntries(
      (["job", "talent", "application"] as const).map((kind) => [
        `Query.${kind}`,
        [`requiresScopes [["${THING_SCOPES[kind]}"]]`],
      ]),
    ),
    ...Object.fromEntries(TALENT_PII.map((name) => [`Talent.${name}`, personal])),
    ...Object.fromEntries(APPLICATION_PII.offer.map((name) => [`Offer.${name}`, personal])),
    ...Object.fromEntries(APPLICATION_PII.agency.map((name) => [`Agency.${name}`, personal])),
    ...Object.fromEntries(EMPLOYEES_PII.map((field) => [field, ['tag "pii"']])),
  };
  expect(await guardedFields()).toEqual(expected);
});
