import { readFileSync } from "node:fs";
import { type Change, CriticalityLevel, diff } from "@graphql-inspector/core";
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from "graphql";
import { describe, expect, it } from "vitest";
import { buildGraph } from "../../../src/graph/schema/build.js";
import { ROOT } from "../../support/process.js";

const read = (path: string): string => readFileSync(`${ROOT}${path}`, "utf8");
const build = (sdl: string): GraphQLSchema => buildSchema(sdl, { assumeValidSDL: true });

const RELEASED = read("test/released/schema.graphql");
const ACCEPTED = JSON.parse(read("test/released/accepted-changes.json")) as { path: string; reason: string }[];

/** Returns the changes that break clients of the released schema and are not accepted. */
async function breakingChanges(present: string): Promise<string[]> {
  const changes: Change[] = await diff(build(RELEASED), build(present));
  const accepted = new Set(ACCEPTED.map(({ path }) => path));
  return changes
    .filter((change) => isBreaking(change) && !accepted.has(change.path ?? ""))
    .map(({ message }) => message);
}

/** Returns whether a change is breaking. graphql-inspector does not know that other subgraphs depend on `@key`. */
const isBreaking = ({ criticality: { level }, path = "" }: Change): boolean =>
  level === CriticalityLevel.Breaking || (path.includes(".@key") && level !== CriticalityLevel.NonBreaking);

describe("schema.graphql", () => {
  it("has no breaking change since the last release except accepted ones (test/released/README.md)", async () => {
    expect(await breakingChanges(read("schema.graphql"))).toEqual([]);
    expect(ACCEPTED.filter(({ reason }) => !reason)).toEqual([]);
  });

  it.each([
    ["a removed field", / {2}"""[^"]*"""\n {2}experienceYears: Int\n/, "", /experienceYears.*removed/],
    [
      "a newly required argument",
      "    status: ExamMarkingStatus\n",
      "    status: ExamMarkingStatus!\n",
      /argument 'status'/,
    ],
    ["a removed enum value", / {2}"""[^"]*"""\n {2}MARKED\n/, "", /MARKED.*removed/],
    ["a removed entity key", '@key(fields: "openId") ', "", /key/],
  ])("fails the check with %s", async (_, from, to, message) => {
    const present = RELEASED.replace(from, to);
    expect(present).not.toBe(RELEASED);
    expect((await breakingChanges(present)).join("\n")).toMatch(message);
  });

  it("describes every type, field, argument and enum value", async () => {
    const schema = await buildGraph();
    const isOurs = (type: GraphQLNamedType): boolean =>
      !isIntrospectionType(type) && !/^(_|federation__|link__|String|Int|Float|Boolean|ID$)/.test(type.name);
    const undescribed = Object.values(schema.getTypeMap())
      .filter(isOurs)
      .flatMap((type) => {
        const parts = [[type.name, type.description]];
        if (isEnumType(type))
          for (const value of type.getValues()) parts.push([`${type.name}.${value.name}`, value.description]);
        if (isObjectType(type) || isInterfaceType(type)) {
          for (const field of Object.values(type.getFields()).filter(({ name }) => !name.startsWith("_"))) {
            parts.push([`${type.name}.${field.name}`, field.description]);
            for (const arg of field.args) parts.push([`${type.name}.${field.name}(${arg.name})`, arg.description]);
          }
        }
        return parts;
      })
      .filter(([, description]) => !description)
      .map(([name]) => name);
    expect(undescribed).toEqual([]);
  });
});
