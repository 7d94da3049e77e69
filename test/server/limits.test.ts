import { randomUUID } from "node:crypto";
import { getIntrospectionQuery } from "graphql";
import { describe, expect, inject, it } from "vitest";
import { startSandbox } from "../../src/sandbox/server.js";
import { LIMITS } from "../../src/server/limits.js";
import { createHarness, type Harness } from "../support/harness.js";
import { createSignedInHarness, signedIn } from "../support/signed-in.js";

const nested = (levels: number): string => `${"{ a: viewer ".repeat(levels)}{ userId }${"}".repeat(levels)}`;
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

describe("a request that is too much", () => {
  const ATTACKS: Readonly<Record<string, readonly [body: string, message: RegExp]>> = {
    "aliases of a list": [
      asQuery(`{ ${times(31, (n) => `a${n}: job(id: "1") { id }`)} }`),
      /Aliases limit of 30 exceeded, found 31/,
    ],
    "aliases of a leaf": [
      asQuery(`{ job(id: "1") { ${times(31, (n) => `a${n}: title`)} } }`),
      /Aliases limit of 30 exceeded/,
    ],
    "root fields": [
      asQuery(`{ ${times(21, () => '... { job(id: "1") { id } }')} }`),
      /Root fields limit of 20 exceeded, found 21/,
    ],
    "root fields in fragments": [
      asQuery(`query { ${times(21, () => "...F")} } fragment F on Query { job(id: "1") { id } }`),
      /Root fields limit of 20/,
    ],
    directives: [
      asQuery(`{ __typename ${"@skip(if: false) ".repeat(51)} }`),
      /Directives limit of 50 exceeded, found 51/,
    ],
    depth: [asQuery(nested(25)), /Query depth limit of 20 exceeded, found 26/],
    tokens: [asQuery(`{ ${"__typename ".repeat(4000)} }`), /more that 3000 tokens/],
    "a fragment that contains itself": [
      asQuery('query { job(id: "1") { ...F } } fragment F on Job { id ...F }'),
      /Cannot spread fragment "F" within itself/,
    ],
    "fragments that contain each other": [
      asQuery('query { job(id: "1") { ...F } } fragment F on Job { ...G } fragment G on Job { ...F }'),
      /within itself/,
    ],
    "a batch": [`[${Array(1000).fill(asQuery("{ __typename }")).join(",")}]`, /batch|array/i],
    "ten megabytes": [asQuery(`{ __typename } #${"x".repeat(10 * 1024 * 1024)}`), /too large/i],
    "variables of two megabytes": [
      asQuery("query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }", {
        r: ["x".repeat(2 * 1024 * 1024)],
      }),
      /too large/i,
    ],
    "keys that pollute": [
      '{"query":"{ __typename }","variables":{"__proto__":{"polluted":true}}}',
      /Body is not valid JSON/,
    ],
    "a path for an id": [asQuery('{ job(id: "../../x?y=1") { title } }'), /id must be a Feishu id/],
    "a line break in an id": [asQuery('{ job(id: "1\\r\\nX-Evil: 1") { title } }'), /id must be a Feishu id/],
    "no JSON": ['{"query":', /JSON/i],
    "no query": ["{}", /POST body missing/],
  };

  it.each(Object.entries(ATTACKS))(
    "(%s) gets a clear error at no call, and the service lives on",
    async (_, [body, message]) => {
      const harness = await createHarness();
      const answer = await post(harness, body);
      expect(answer.errors.map((error) => error.message).join("; ")).toMatch(message);
      expect(new Set(answer.errors.map(({ extensions }) => extensions.code))).toEqual(new Set(["BAD_USER_INPUT"]));
      expect(harness.calls()).toBe(0);
      expect((await post(harness, asQuery("{ __typename }"))).data).toEqual({ __typename: "Query" });
    },
  );

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "(%s, which any page could send) is refused",
    async (type) => {
      const answer = await post(await createHarness(), asQuery("{ __typename }"), { "content-type": type });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.data).toBeUndefined();
    },
  );

  it("is not the introspection of GraphiQL, nor a query at the limits", async () => {
    const harness = await createHarness();
    expect((await post(harness, asQuery(getIntrospectionQuery()))).errors).toEqual([]);
    const atLimits = `{ ${times(LIMITS.rootFields, (n) => `a${n}: __typename`)} }`;
    expect((await post(harness, asQuery(atLimits))).errors).toEqual([]);
  });
});

describe("in production", () => {
  const production = { NODE_ENV: "production" };

  it("neither the schema nor the page is shown, and names are not suggested", async () => {
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

  it("both can be turned on", async () => {
    const harness = await createHarness({ env: { ...production, INTROSPECTION: "on", GRAPHIQL: "on" } });
    expect((await post(harness, asQuery("{ __schema { queryType { name } } }"))).errors).toEqual([]);
    expect((await fetch(`${harness.url}/graphiql/`)).status).toBe(200);
  });
});

describe("a client that asks too often", () => {
  it("is told when to come again, and others are not", async () => {
    const harness = await createSignedInHarness({ env: { MAX_OPERATIONS_PER_SECOND: "3" } });
    const [a, b] = [await signedIn(harness, "ou_a"), await signedIn(harness, "ou_b")];
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(harness, asQuery("{ __typename }"), a)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(refused[0]?.errors[0]?.extensions).toMatchObject({ code: "UPSTREAM_RATE_LIMITED" });
    expect(refused[0]?.errors[0]?.extensions.retryAfterMs).toBeGreaterThan(0);
    expect((await post(harness, asQuery("{ __typename }"), b)).status).toBe(200);
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
  ])("%j is taken over: %s", async (id, isTaken) => {
    const answer = await post(await createHarness(), asQuery("{ __typename }"), { "x-request-id": id });
    expect(answer.headers.get("x-request-id") === id).toBe(isTaken);
  });
});
