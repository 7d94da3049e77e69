import { randomUUID } from "node:crypto";
import { getIntrospectionQuery } from "graphql";
import { describe, expect, inject, it } from "vitest";
import { startSandbox } from "../../../src/sandbox/server.js";
import { LIMITS } from "../../../src/server/graphql/limits.js";
import { createHarness, type Harness } from "../../support/harness.js";
import { createSignedInHarness, signedIn } from "../../support/signed-in.js";

const times = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join(" ");

async function post(harness: Harness, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${harness.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const text = await response.text();
  const { errors = [], data } = JSON.parse(text) as {
    errors?: { message: string; extensions: { code: string; retryAfterMs?: number } }[];
    data?: unknown;
  };
  return { status: response.status, headers: response.headers, errors, data };
}

const asQuery = (query: string, variables: object = {}): string => JSON.stringify({ query, variables });

describe("a request within the limits", () => {
  it("may be GraphiQL's introspection query or a query at the limits", async () => {
    const harness = await createHarness();
    expect((await post(harness, asQuery(getIntrospectionQuery()))).errors).toEqual([]);
    const atLimits = `{ ${times(LIMITS.rootFields, (n) => `a${n}: __typename`)} }`;
    expect((await post(harness, asQuery(atLimits))).errors).toEqual([]);
  });
});

describe("in production", () => {
  const production = { NODE_ENV: "production" };

  it("the schema and GraphiQL are hidden, and field names are not suggested", async () => {
    const harness = await createHarness({ env: production });
    expect((await post(harness, asQuery("{ __schema { types { name } } }"))).errors[0]?.message).toMatch(
      /introspection/i,
    );
    expect((await post(harness, asQuery("{ talents }"))).errors[0]?.message).not.toMatch(/Did you mean/);
    expect((await fetch(`${harness.url}/graphiql/`)).status).toBe(404);
    expect(
      (await fetch(`${harness.url}/graphql`, { headers: { accept: "text/html" } })).headers.get("content-type"),
    ).not.toContain("html");
  });

  it("introspection and GraphiQL can be turned on", async () => {
    const harness = await createHarness({ env: { ...production, INTROSPECTION: "on", GRAPHIQL: "on" } });
    expect((await post(harness, asQuery("{ __schema { queryType { name } } }"))).errors).toEqual([]);
    expect((await fetch(`${harness.url}/graphiql/`)).status).toBe(200);
  });
});

describe("a client over its operation rate", () => {
  it("gets HTTP 429 with retryAfterMs, while other clients are served", async () => {
    const harness = await createSignedInHarness({ env: { MAX_OPERATIONS_PER_SECOND: "3" } });
    const [a, b] = [await signedIn(harness, "ou_a"), await signedIn(harness, "ou_b")];
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(harness, asQuery("{ __typename }"), a)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(refused[0]?.errors[0]?.extensions).toMatchObject({ code: "UPSTREAM_RATE_LIMITED" });
    expect(refused[0]?.errors[0]?.extensions.retryAfterMs).toBeGreaterThan(0);
    expect((await post(harness, asQuery("{ __typename }"), b)).status).toBe(200);
  });

  it("is not confused with a client that has the same id of another type", async () => {
    const env = { MAX_OPERATIONS_PER_SECOND: "1", JWT_USER_ID_TYPE_CLAIM: "kind" };
    const harness = await createSignedInHarness({ env });
    const callers = await Promise.all(["user_id", "union_id"].map((kind) => signedIn(harness, "zhang", [], { kind })));
    const answers = await Promise.all(callers.map((headers) => post(harness, asQuery("{ __typename }"), headers)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it("is counted by all replicas together", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const env = { MAX_OPERATIONS_PER_SECOND: "4", REDIS_URL: inject("redisUrl"), FEISHU_APP_ID: `cli_${randomUUID()}` };
    const replicas = [await createSignedInHarness({ sandbox, env }), await createSignedInHarness({ sandbox, env })];
    const headers = await signedIn(replicas[0] as Harness, `ou_${randomUUID()}`);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => post(replicas[n % 2] as Harness, asQuery("{ __typename }"), headers)),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(8);
    expect(answers.some(({ status }) => status === 429)).toBe(true);
  });
});

describe("a request id", () => {
  it.each([
    ["abc-DEF_123456", true],
    ["short", false],
    ["x".repeat(65), false],
    ["with space in it", false],
    ['quote"in-it-12345', false],
  ])("%j is accepted: %s", async (id, isTaken) => {
    const answer = await post(await createHarness(), asQuery("{ __typename }"), { "x-request-id": id });
    expect(answer.headers.get("x-request-id") === id).toBe(isTaken);
  });
});
