import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { TASKS as APOLLO_TASKS, createApolloClient } from "../examples/clients/apollo.js";
import { queryWithToken } from "../examples/clients/bearer.js";
import { runDocument } from "../examples/clients/documents.js";
import { tasksOf } from "../examples/clients/fetch.js";
import { SessionClient, SignedOut } from "../examples/clients/session.js";
import { createUrqlClient, TASKS as URQL_TASKS } from "../examples/clients/urql.js";
import { MARKER } from "./support/fixtures.js";
import { createHarness } from "./support/harness.js";
import { ROOT } from "./support/process.js";
import { CookieJar, createSessionHarness } from "./support/session.js";
import { createSignedInHarness, signedIn } from "./support/signed-in.js";

describe("examples/clients", () => {
  it("fetch.ts reads every task once and throws on an error", async () => {
    const harness = await createHarness();
    const ids: string[] = [];
    for await (const { id } of tasksOf(`${harness.url}/graphql`, MARKER)) ids.push(id);
    expect([ids.length, new Set(ids).size]).toEqual([45, 45]);
    const failing = async () => {
      for await (const { talent } of tasksOf(`${harness.url}/graphql`, "not a user id"))
        throw new Error(String(talent));
    };
    await expect(failing()).rejects.toThrow("userId must be");
  });

  it("apollo.ts merges the pages of a list", async () => {
    const harness = await createHarness();
    const client = createApolloClient(`${harness.url}/graphql`);
    onTestFinished(() => client.stop());
    const watched = client.watchQuery({ query: APOLLO_TASKS, variables: { userId: MARKER } });
    await watched.refetch();
    const list = () => watched.getCurrentResult().data?.examMarkingTasks;
    while (list()?.pageInfo?.hasNextPage)
      await watched.fetchMore({ variables: { after: list()?.pageInfo?.endCursor ?? null } });
    expect(list()?.edges).toHaveLength(45);
  });

  it("urql.ts merges the pages of a list", async () => {
    const harness = await createHarness();
    const client = createUrqlClient(`${harness.url}/graphql`);
    let after: string | null = null;
    do {
      const variables: { userId: string; after: string | null } = { userId: MARKER, after };
      const { data, error } = await client.query(URQL_TASKS, variables, { requestPolicy: "network-only" });
      expect(error).toBeUndefined();
      after = data?.examMarkingTasks.pageInfo.hasNextPage ? data.examMarkingTasks.pageInfo.endCursor : null;
    } while (after);
    const kept = client.readQuery(URQL_TASKS, { userId: MARKER, after: null });
    expect(kept?.data?.examMarkingTasks.edges).toHaveLength(45);
  });

  it("session.ts signs in and out", async () => {
    const harness = await createSessionHarness();
    const jar = new CookieJar();
    await jar.signIn(harness, MARKER);
    // A browser adds the cookies by itself.
    vi.stubGlobal("fetch", ((url, init) => jar.fetch(String(url), init)) satisfies typeof fetch);
    onTestFinished(() => void vi.unstubAllGlobals());
    const client = new SessionClient(harness.url);
    expect((await client.me())?.userId).toBe(MARKER);
    expect(client.loginUrl("/demo/")).toBe(`${harness.url}/auth/login?returnTo=%2Fdemo%2F`);
    await client.logOut();
    await expect(client.me()).rejects.toThrow(SignedOut);
  });

  it("bearer.ts asks with a token", async () => {
    const harness = await createSignedInHarness();
    const { authorization = "" } = await signedIn(harness, MARKER);
    const ask = queryWithToken<{ viewer: { userId: string } }>;
    const { viewer } = await ask(
      `${harness.url}/graphql`,
      authorization.replace("Bearer ", ""),
      "{ viewer { userId } }",
    );
    expect(viewer.userId).toBe(MARKER);
    await expect(queryWithToken(`${harness.url}/graphql`, "none", "{ viewer { userId } }")).rejects.toThrow(
      "the token",
    );
  });

  it("documents.ts runs a trusted document by its id", async () => {
    const folder = await mkdtemp(join(tmpdir(), "manifest-"));
    const manifest = join(folder, "manifest.json");
    await writeFile(manifest, JSON.stringify({ kind: "query Kind { __typename }" }));
    const harness = await createHarness({ env: { TRUSTED_DOCUMENTS: "only", TRUSTED_DOCUMENTS_MANIFEST: manifest } });
    expect(await runDocument(`${harness.url}/graphql`, "kind")).toEqual({ __typename: "Query" });
    await expect(runDocument(`${harness.url}/graphql`, "unknown")).rejects.toThrow("PersistedQueryNotFound");
  });

  it("relay/ compiles with relay-compiler and schema.graphql", async () => {
    const folder = await mkdtemp(join(tmpdir(), "relay-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await cp(`${ROOT}examples/clients/relay`, join(folder, "examples/clients/relay"), { recursive: true });
    await cp(`${ROOT}schema.graphql`, join(folder, "schema.graphql"));
    const cwd = join(folder, "examples/clients/relay");
    await promisify(execFile)(process.execPath, [`${ROOT}node_modules/relay-compiler/cli.js`, "relay.config.json"], {
      cwd,
    });
    expect((await readdir(join(cwd, "__generated__"))).toSorted()).toEqual([
      "inboxPaginationQuery.graphql.ts",
      "inboxQuery.graphql.ts",
      "inbox_tasks.graphql.ts",
    ]);
  });
});
