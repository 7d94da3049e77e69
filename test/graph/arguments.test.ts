import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MARKER } from "../support/fixtures.js";
import { TaskIdsDocument, type TaskIdsQueryVariables } from "../support/generated/operations.js";
import { createHarness, type Harness } from "../support/harness.js";

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
  ])("%j is named with what is allowed and what came, at no call", async (variables, message) => {
    const harness = await createHarness();
    expect(await refusal(harness, variables)).toEqual({ code: "BAD_USER_INPUT", message });
    expect(harness.calls()).toBe(0);
  });

  it.each(["", "x", "../1", "1?a=b", "1".repeat(21), "１"])("as the id %j costs no call either", async (id) => {
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

  it("follows MAX_FIRST", async () => {
    const harness = await createHarness({ env: { MAX_FIRST: "17" } });
    const { message } = await refusal(harness, { userId: MARKER, first: 18 });
    expect(message).toBe("first must be an integer from 0 to 17, got 18");
  });
});

describe("what only shows when the document runs", () => {
  it.each([
    [
      "a null variable for an argument with a default",
      'query ($f: Int) { examMarkingTasks(userId: "ou_1", first: $f) { edges { cursor } } }',
      { f: null },
    ],
    ["an operation that the schema does not have", "mutation { x }", {}],
    ["a document without end", `{ ${"a: __typename ".repeat(2000)} }`, {}],
    ["an operation that is not there", "query A { __typename } query B { __typename }", {}],
  ])("(%s) is the client's fault as well, and no line in the log says otherwise", async (_, query, variables) => {
    const harness = await createHarness();
    const { errors } = await harness.askText(query, variables);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["BAD_USER_INPUT"]);
    expect(harness.log()).not.toContain('"level":50');
    expect(harness.calls()).toBe(0);
  });
});

describe("a cursor that is not this list's", () => {
  async function cursorOf(harness: Harness, variables: TaskIdsQueryVariables): Promise<string> {
    const { examMarkingTasks } = await harness.query(TaskIdsDocument, variables);
    return String(examMarkingTasks.edges[2]?.cursor);
  }

  it("is refused at no call with any one character changed", async () => {
    const harness = await createHarness();
    const cursor = await cursorOf(harness, { userId: MARKER });
    const calls = harness.calls();
    for (let i = 0; i < cursor.length; i++) {
      const after = cursor.slice(0, i) + (cursor[i] === "A" ? "B" : "A") + cursor.slice(i + 1);
      expect((await refusal(harness, { userId: MARKER, after })).code).toBe("INVALID_CURSOR");
    }
    expect(harness.calls()).toBe(calls);
  });

  it("is refused for another user, state, kind of id, secret or app", async () => {
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
    const rubbish = fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: "binary" }));
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
