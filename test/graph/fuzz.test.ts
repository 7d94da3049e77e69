import fc from "fast-check";
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { expect, it } from "vitest";
import { buildGraph } from "../../src/graph/schema/build.js";
import { MARKER } from "../support/fixtures.js";
import { type ClientAnswer, createHarness } from "../support/harness.js";

const ID_ARGUMENTS = [
  "7300100000000000000",
  "7300200000000000000",
  "7300300000000000000",
  "0",
  "-1",
  "x",
  "",
  "9".repeat(40),
];
const TEXTS = ["", MARKER, "not a cursor", "\u0000", "😀".repeat(40)];

/** Seconds of fuzzing with new queries; `npm run fuzz` sets a minute. Without it, 400 queries run. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0);

/** Pseudorandom choice of an integer below `below`. The same seed always makes the same query. */
type Choose = (below: number) => number;

const pick = <T>(choose: Choose, from: readonly T[]): T => from[choose(from.length)] as T;

function argument(type: GraphQLInputType, choose: Choose): string {
  const named = getNamedType(type);
  if (!isNonNullType(type) && choose(4) === 0) return "null";
  if (isEnumType(named)) return pick(choose, named.getValues()).name;
  if (named.name === "Int") return String(pick(choose, [-1, 0, 1, 2, 21, 100, 101, 2147483647]));
  if (named.name === "ID") return JSON.stringify(pick(choose, [...ID_ARGUMENTS, ...TEXTS]));
  if (named.name === "_Any")
    return `[{ __typename: "${pick(choose, ["Job", "Talent", "User", "Nothing"])}", id: "${pick(choose, ID_ARGUMENTS)}" }]`;
  return JSON.stringify(pick(choose, TEXTS));
}

const withArguments = (args: readonly GraphQLArgument[], choose: Choose): string => {
  const given = args.filter(({ type }) => isNonNullType(type) || choose(2) === 0);
  return given.length > 0 ? `(${given.map(({ name, type }) => `${name}: ${argument(type, choose)}`).join(", ")})` : "";
};

/** Builds a random selection: a few fields of a type, and recursively a few of theirs. */
function selection(type: GraphQLObjectType, depth: number, choose: Choose): string {
  const fields = Object.values(type.getFields());
  const chosen = Array.from({ length: 1 + choose(3) }, () => pick(choose, fields));
  return `{ __typename ${chosen.map((field, i) => select(field, `f${i}`, depth, choose)).join(" ")} }`;
}

function select(field: GraphQLField<unknown, unknown>, alias: string, depth: number, choose: Choose): string {
  const type = getNamedType(field.type);
  const head = `${alias}_${depth}: ${field.name}${withArguments(field.args, choose)}`;
  if (!isObjectType(type)) return type.name === "_Entity" ? `${head} { __typename }` : head;
  return depth === 0 ? "__typename" : `${head} ${selection(type, depth - 1, choose)}`;
}

const queryOf = (schema: GraphQLSchema, seed: number): string => {
  let state = seed;
  const choose = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return selection(schema.getQueryType() as GraphQLObjectType, 6, choose);
};

it(
  "no query that the schema allows causes an internal error",
  async () => {
    const schema = await buildGraph();
    const harness = await createHarness({
      env: { CACHE_TTL_TALENT_S: "60", CACHE_TTL_JOB_S: "60", CACHE_TTL_APPLICATION_S: "60" },
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
        const response = await fetch(`${harness.url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ query: queryOf(schema, seed) }),
        });
        expect(response.status).toBeLessThan(500);
        const { errors = [] } = (await response.json()) as ClientAnswer<unknown>;
        expect(errors.map(({ extensions }) => extensions.code)).not.toContain("INTERNAL_SERVER_ERROR");
      }),
      SECONDS > 0 ? { numRuns: Number.POSITIVE_INFINITY, interruptAfterTimeLimit: SECONDS * 1000 } : { numRuns: 400 },
    );
    expect(harness.log()).not.toContain('"level":50');
  },
  60_000 + SECONDS * 1000,
);
