import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { MARKER } from "../../support/fixtures.js";
import { createHarness, type Harness } from "../../support/harness.js";
import { ROOT, startProcess } from "../../support/process.js";

const TRUSTED =
  'query Ids($first: Int! = 2) { viewer { userId } examMarkingTasks(userId: "' +
  MARKER +
  '", first: $first) { edges { node { id } } } }';
const OTHER = "{ __typename }";
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const APOLLO = {
  format: "apollo-persisted-query-manifest",
  version: 1,
  operations: [{ id: "ids-1", name: "Ids", type: "query", body: TRUSTED }],
};
const RELAY = { "ids-1": TRUSTED };

/** Writes a manifest file that is deleted after the test. */
async function manifestOf(content: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "manifest-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "manifest.json");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const serviceOf = async (mode: string, manifest: unknown): Promise<Harness> =>
  createHarness({ env: { TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_MANIFEST: await manifestOf(manifest) } });

async function post({ url }: Harness, body: object) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify(body) });
  const { data, errors = [] } = (await response.json()) as {
    data?: { examMarkingTasks: { edges: unknown[] } };
    errors?: { message: string; extensions: { code: string } }[];
  };
  return { status: response.status, rows: data?.examMarkingTasks?.edges.length, data, error: errors[0] };
}

const byApollosClient = (id: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: id } } });

describe.each([
  ["Apollo's", APOLLO],
  ["Relay's", RELAY],
])("a manifest in %s format", (_, manifest) => {
  it.each([
    ["documentId", { documentId: "ids-1" }],
    ["doc_id", { doc_id: "ids-1" }],
    ["Apollo's extension", byApollosClient("ids-1")],
    ["its text", { query: TRUSTED }],
  ])("allows its documents by %s, with variables", async (_, request) => {
    const harness = await serviceOf("only", manifest);
    expect(await post(harness, request)).toMatchObject({ status: 200, rows: 2 });
    expect(await post(harness, { ...request, variables: { first: 3 } })).toMatchObject({ rows: 3 });
  });
});

describe("TRUSTED_DOCUMENTS", () => {
  it("is `only`: any other document is rejected before it is parsed, without a call", async () => {
    const harness = await serviceOf("only", RELAY);
    for (const query of [OTHER, `${TRUSTED} `, "not { a query", "{ __schema { types { name } } }"]) {
      const answer = await post(harness, { query });
      expect([answer.status, answer.error?.extensions.code]).toEqual([403, "FORBIDDEN"]);
      expect(answer.error?.message).toContain("only trusted documents are allowed");
    }
    const headers = { "apollo-require-preflight": "1" };
    const byLink = (search: string) => fetch(`${harness.url}/graphql?${search}`, { headers });
    expect((await byLink(`query=${encodeURIComponent(OTHER)}`)).status).toBe(403);
    expect((await byLink(`query=${encodeURIComponent(TRUSTED)}`)).status).toBe(200);
    expect(
      (await byLink(`extensions=${encodeURIComponent(JSON.stringify(byApollosClient("ids-1").extensions))}`)).status,
    ).toBe(200);
    expect(harness.calls()).toBe(2);
  });

  it("is `only`: a document cannot be registered by sending it with its hash", async () => {
    const harness = await serviceOf("only", RELAY);
    const { extensions } = byApollosClient(sha256(OTHER));
    expect((await post(harness, { query: OTHER, extensions })).status).toBe(403);
    expect((await post(harness, { extensions })).error).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
  });

  it("is `log`: any other document runs, and its hash is logged", async () => {
    const harness = await serviceOf("log", RELAY);
    expect((await post(harness, { query: OTHER })).data).toEqual({ __typename: "Query" });
    expect(harness.log()).toContain(`"sha256":"${sha256(OTHER)}"`);
    await post(harness, { query: TRUSTED });
    expect(harness.log()).not.toContain(sha256(TRUSTED));
  });

  it("is `allow`: any other document runs, but is not stored by its hash", async () => {
    const harness = await serviceOf("allow", RELAY);
    const { extensions } = byApollosClient(sha256(OTHER));
    expect((await post(harness, { query: OTHER, extensions })).data).toEqual({ __typename: "Query" });
    expect((await post(harness, { extensions })).error?.message).toBe("PersistedQueryNotFound");
    expect(harness.log()).not.toContain(sha256(OTHER));
  });

  it("is not set: ids are rejected", async () => {
    const answer = await post(await createHarness(), byApollosClient("ids-1"));
    expect(answer.error?.extensions.code).toBe("BAD_USER_INPUT");
  });

  it("rejects an id that comes with a query", async () => {
    const answer = await post(await serviceOf("only", RELAY), { documentId: "ids-1", query: TRUSTED });
    expect([answer.status, answer.error?.message]).toEqual([400, "send either documentId or query, not both"]);
  });

  it("accepts the manifest that codegen.yml generates from the examples", async () => {
    const manifest = await readFile(`${ROOT}examples/generated/persisted-documents.json`, "utf8");
    const harness = await serviceOf("only", manifest);
    const [id = ""] =
      Object.entries(JSON.parse(manifest) as Record<string, string>).find(([, text]) =>
        text.includes("TasksWithDetails"),
      ) ?? [];
    expect(await post(harness, { documentId: id, variables: { userId: MARKER } })).toMatchObject({
      status: 200,
      rows: 5,
    });
    expect(harness.log()).toMatch(/"documents":4,"dearest":\d+/);
  });
});

describe("an invalid manifest", () => {
  const start = (manifest: string) =>
    startProcess("node dist/main.js", { PORT: "0", TRUSTED_DOCUMENTS: "only", TRUSTED_DOCUMENTS_MANIFEST: manifest });

  it("fails the start with every problem and exit code 2", async () => {
    const dear = `{ ${Array.from({ length: 6 }, (_, n) => `a${n}: examMarkingTasks(userId: "u", first: 100) { edges { node { talent { name } } } }`).join(" ")} }`;
    const service = start(
      await manifestOf({
        ...RELAY,
        syntax: "{",
        unknown: "{ nothing }",
        flood: `{ ${"__typename ".repeat(21)} }`,
        dear,
      }),
    );
    expect(await service.exit()).toBe(2);
    expect(service.output()).toMatch(/MANIFEST syntax: Syntax Error/);
    expect(service.output()).toMatch(/MANIFEST unknown: Cannot query field "nothing"/);
    expect(service.output()).toMatch(/MANIFEST flood: Root fields limit/);
    expect(service.output()).toMatch(/MANIFEST dear: costs at least \d+ upstream calls; at most 500 are allowed/);
    expect(service.output()).not.toContain("ids-1");
  });

  it.each([
    ["is not JSON", "{"],
    ["has another format", { format: "apollo-persisted-query-manifest", version: 2, operations: [] }],
  ])("fails the start when it %s", async (_, content) => {
    const service = start(await manifestOf(content));
    expect(await service.exit()).toBe(2);
    expect(service.output()).toContain("TRUSTED_DOCUMENTS_MANIFEST must be");
  });

  it("fails the start when it does not exist", async () => {
    const service = start("/nowhere/manifest.json");
    expect(await service.exit()).toBe(2);
    expect(service.output()).toContain('TRUSTED_DOCUMENTS_MANIFEST "/nowhere/manifest.json" cannot be read: ENOENT');
  });
});
