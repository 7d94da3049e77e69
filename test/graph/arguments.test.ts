import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MARKER } from "../support/fixtures.js";
import { TaskIdsDocument, type TaskIdsQueryVariables } from "../support/generated/operations.js";
import { createHarness, type Harness } from "../support/harness.js";
import { subscribe, WAYS } from "../support/live.js";

async function refusal(harness: Harness, variables: TaskIdsQueryVariables) {
  const { data, errors = [] } = await harness.ask(TaskIdsDocument, variables);
  expect(data ?? null).toBeNull();
  expect(errors).toHaveLength(1);
  return { code: errors[0]?.extensions.code, message: errors[0]?.message };
}

describe("an invalid argument", () => {
  it.each([
    [{ userId: MARKER, first: -1 }, "first must be an integer from 0 to 100, got -1"],
    [{ userId: MARKER, first: 101 }, "first must be an integer from 0 to 100, got 101"],
    [{ userId: "" }, 'userId must be 1 to 128 characters without white space, got ""'],
    [{ userId: "a b" }, 'userId must be 1 to 128 characters without white space, got "a b"'],
    [{ userId: "x".repeat(129) }, `userId must be 1 to 128 characters without white space, got "${"x".repeat(59)}…`],
  ])("%j is rejected with the allowed and the received value, without a call", async (variables, message) => {
    const harness = await createHarness();
    expect(await refusal(harness, variables)).toEqual({ code: "BAD_USER_INPUT", message });
    expect(harness.calls()).toBe(0);
  });

  it.each(["", "x", "../1", "1?a=b", "1".repeat(21), "１"])("is rejected as the id %j without a call", async (id) => {
    const harness = await createHarness();
    for (const field of ["job", "talent", "application"]) {
      const { errors } = await harness.askText(`query ($id: ID!) { ${field}(id: $id) { id } }`, { id });
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining("id must be a Feishu id of 1 to 20 digits"),
        path: [field],
        extensions: { code: "BAD_USER_INPUT" },
      });
    }
    expect(harness.calls()).toBe(0);
  });

  it("may be a first above MAX_FIRST", async () => {
    const harness = await createHarness({ env: { MAX_FIRST: "17" } });
    const { message } = await refusal(harness, { userId: MARKER, first: 18 });
    expect(message).toBe("first must be an integer from 0 to 17, got 18");
  });
});

describe("an invalid request", () => {
  it.each([
    [
      "a null variable for an argument with a default",
      'query ($f: Int) { examMarkingTasks(userId: "ou_1", first: $f) { edges { cursor } } }',
      { f: null },
    ],
    ["an operation type that the schema lacks", "mutation { x }", {}],
    ["an oversized document", `{ ${"a: __typename ".repeat(2000)} }`, {}],
    ["an operation that is not there", "query A { __typename } query B { __typename }", {}],
  ])("(%s) is reported as BAD_USER_INPUT and not logged as an error", async (_, query, variables) => {
    const harness = await createHarness();
    const { errors } = await harness.askText(query, variables);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["BAD_USER_INPUT"]);
    expect(harness.log()).not.toContain('"level":50');
    expect(harness.calls()).toBe(0);
  });
});

describe("a cursor", () => {
  async function cursorOf(harness: Harness, variables: TaskIdsQueryVariables): Promise<string> {
    const { examMarkingTasks } = await harness.query(TaskIdsDocument, variables);
    return String(examMarkingTasks.edges[2]?.cursor);
  }

  it("is rejected without a call when any one character differs", async () => {
    const harness = await createHarness();
    const cursor = await cursorOf(harness, { userId: MARKER });
    const calls = harness.calls();
    for (let i = 0; i < cursor.length; i++) {
      const after = cursor.slice(0, i) + (cursor[i] === "A" ? "B" : "A") + cursor.slice(i + 1);
      expect((await refusal(harness, { userId: MARKER, after })).code).toBe("INVALID_CURSOR");
    }
    expect(harness.calls()).toBe(calls);
  });

  it("is rejected for another user, state, id type, secret or app", async () => {
    const harness = await createHarness();
    const after = await cursorOf(harness, { userId: MARKER });
    const calls = harness.calls();
    for (const other of [
      { userId: "ou_other" },
      { userId: MARKER, status: "PENDING" as const },
      { userId: MARKER, userIdType: "UNION_ID" as const },
    ]) {
      expect((await refusal(harness, { ...other, after })).code).toBe("INVALID_CURSOR");
    }
    expect(harness.calls()).toBe(calls);
    for (const env of [{ CURSOR_SECRET: "0123456789abcdef" }, { FEISHU_APP_ID: "cli_other" }] as const) {
      const elsewhere = await createHarness({ sandbox: harness.sandbox, env });
      expect((await refusal(elsewhere, { userId: MARKER, after })).code).toBe("INVALID_CURSOR");
    }
    expect(harness.calls()).toBe(calls);
  });

  it("is accepted by a replica with the same credentials", async () => {
    const harness = await createHarness();
    const after = await cursorOf(harness, { userId: MARKER });
    const replica = await createHarness({ sandbox: harness.sandbox });
    const { data } = await replica.ask(TaskIdsDocument, { userId: MARKER, after });
    expect(data?.examMarkingTasks.edges).toHaveLength(10);
  });

  it("is rejected when malformed, and contains no plain user id", async () => {
    const harness = await createHarness();
    const rubbish = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.base64String({ minLength: 4 }),
      fc.string({ unit: "binary", minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(rubbish, async (after) => {
        expect((await refusal(harness, { userId: MARKER, after })).code).toBe("INVALID_CURSOR");
      }),
      { numRuns: 200 },
    );
    expect(harness.calls()).toBe(0);
    const cursor = await cursorOf(harness, { userId: MARKER });
    expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toContain(MARKER);
  });
});

/** Ids as JSON numbers: the first has lost its last digits in `JSON.parse`. */
const ROUNDED = ["6900000000000000101", "9007199254740993", "1e19", "-6900000000000000101"];

describe("an id as a JSON number", () => {
  /** Sends a body as text, because a literal here would be rounded before it is sent. */
  async function send(harness: Harness, body: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${harness.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    return (await response.text()).replace(/^event: .*\ndata: /gm, "");
  }

  it.each(ROUNDED)("(%s) is rejected without a call, whatever the argument", async (id) => {
    const harness = await createHarness();
    const queries = [
      "query ($id: ID!) { job(id: $id) { id title } }",
      "query ($id: ID!) { talent(id: $id) { id } }",
      "query ($id: ID!) { examMarkingTasks(userId: $id) { edges { cursor } } }",
      "query ($id: ID!) { application(id: $id) { id } }",
    ];
    for (const query of queries) {
      const text = await send(harness, `{"query":${JSON.stringify(query)},"variables":{"id":${id}}}`);
      expect(text).toContain('"code":"BAD_USER_INPUT"');
      expect(text).toContain("$id");
      expect(text).toContain("must be a string");
    }
    expect(harness.calls()).toBe(0);
  });

  it.each(ROUNDED)("(%s) is rejected in the URL, in a stream and in a router's representation", async (id) => {
    const harness = await createHarness();
    const query = encodeURIComponent("query ($id: ID!) { job(id: $id) { id } }");
    const byUrl = await fetch(`${harness.url}/graphql?query=${query}&variables={"id":${id}}`, {
      headers: { "apollo-require-preflight": "1" },
    });
    const stream = `{"query":"subscription ($id: ID!) { examMarkingTasksChanged(userId: $id) { total } }","variables":{"id":${id}}}`;
    const entities = `{"query":"query ($r: [_Any!]!) { _entities(representations: $r) { ... on Job { id } ... on User { id } } }","variables":{"r":[{"__typename":"Job","id":${id}},{"__typename":"User","openId":${id}}]}}`;
    const texts = [
      await byUrl.text(),
      await send(harness, stream, { accept: "text/event-stream" }),
      await send(harness, entities),
    ];
    for (const text of texts) expect(text).toContain('"code":"BAD_USER_INPUT"');
    expect(texts[2]).toContain("representations.id must be a string beyond 2^53 - 1");
    expect(texts[2]).toContain("representations.openId must be a string beyond 2^53 - 1");
    expect(harness.calls()).toBe(0);
  });

  it("below 2^53 is its digits, and a literal in the document keeps all of its digits", async () => {
    const harness = await createHarness();
    const query = "query ($id: ID!) { job(id: $id) { id } }";
    expect(await send(harness, JSON.stringify({ query, variables: { id: 7 } }))).toContain('{"data":{"job":null}');
    const { data } = await harness.askText("{ job(id: 7300100000000000001) { id title } }");
    expect(data.job.id).toBe("7300100000000000001");
  });
});

describe("an empty string", () => {
  it("means a cursor or a name that is left out, in the body and in the URL", async () => {
    const harness = await createHarness();
    const query = `query Q($after: String) { examMarkingTasks(userId: "${MARKER}", first: 1, after: $after) { edges { node { id } } } }`;
    const first = await harness.askText(query);
    const init = { headers: { "content-type": "application/json" } };
    const body = JSON.stringify({ query, operationName: "", variables: { after: "" } });
    const posted = await fetch(`${harness.url}/graphql`, { ...init, method: "POST", body });
    const url = `${harness.url}/graphql?query=${encodeURIComponent(query)}&operationName=&variables=&extensions=`;
    for (const answer of [await posted.json(), await (await fetch(url, init)).json()]) {
      expect((answer as typeof first).data).toEqual(first.data);
    }
  });

  it("in the URL costs no other value: not one that ends in = or contains ?", async () => {
    const harness = await createHarness();
    const headers = { "apollo-require-preflight": "1" };
    const ask = async (search: string) => (await fetch(`${harness.url}/graphql?${search}`, { headers })).json();
    const query = encodeURIComponent("query ($u: ID!) { examMarkingTasks(userId: $u, first: 0) { edges { cursor } } }");
    expect(await ask("query={__typename}%23=&operationName=")).toMatchObject({ data: { __typename: "Query" } });
    for (const search of [
      `query=${query}&operationName=&variables={"u":"ou_a?b"}`,
      `query=${query}&variables={"u":"ou_a?b"}&operationName=`,
    ]) {
      expect(await ask(search)).toMatchObject({ data: { examMarkingTasks: { edges: [] } } });
    }
  });

  it.each(WAYS)("means a position or a name that is left out, over %s", async (way) => {
    const harness = await createHarness();
    const live = subscribe(way, harness.url, { userId: MARKER, since: "" }, { operationName: "" });
    expect((await live.change()).total).toBeGreaterThan(0);
    await live.end();
  });
});
