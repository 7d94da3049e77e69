import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox } from "../../src/sandbox/server.js";
import { MARKER } from "../support/fixtures.js";
import { type Started, startProcess } from "../support/process.js";

const start = (entry: string, env: Readonly<Record<string, string>>, args = ""): Started =>
  startProcess(`node dist/${entry}.js ${args}`, env);

const post = (url: string, query: string) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ query }) });

describe("the service", () => {
  it("starts on the sandbox without credentials, announces it, and prints a working query", async () => {
    const service = start("main", { PORT: "0" });
    const body = await service.printed(/-d '(.*)'/);
    expect(service.output()).toContain("SANDBOX");
    const url = await service.printed(/GraphQL +(\S+)/);
    expect(await service.printed(/GraphiQL +(\S+)/)).toBe(url.replace("/graphql", "/graphiql/"));
    const { query } = JSON.parse(body);
    const { data, errors } = (await (await post(url, query)).json()) as { data: never; errors?: unknown };
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ examMarkingTasks: { edges: { length: 3 }, pageInfo: { hasNextPage: true } } });
  });

  it("calls FEISHU_BASE_URL with credentials, here a standalone sandbox", async () => {
    const alone = start("sandbox/main", {}, "--port 0");
    const FEISHU_BASE_URL = await alone.printed(/listening at (\S+?)\. /);
    const credentials = { FEISHU_APP_ID: "cli_any", FEISHU_APP_SECRET: "sandbox-secret" };
    const service = start("main", { PORT: "0", FEISHU_BASE_URL, ...credentials });
    const url = await service.printed(/GraphQL +(\S+)/);
    const answer = await post(url, `{ examMarkingTasks(userId: "${MARKER}", first: 45) { edges { node { id } } } }`);
    expect(await answer.json()).toMatchObject({ data: { examMarkingTasks: { edges: { length: 45 } } } });
    expect(service.output()).not.toContain("SANDBOX");
    expect(service.output()).not.toContain("sandbox-secret");
  });

  it("refuses a bad configuration with every problem and exit code 2", async () => {
    const service = start("main", { PORT: "x", MAX_FIRST: "0", NODE_ENV: "production" });
    expect(await service.exit()).toBe(2);
    for (const name of ["PORT", "MAX_FIRST", "FEISHU_APP_ID"]) expect(service.output()).toContain(name);
  });

  it("finishes running operations on SIGTERM and accepts no new ones", async () => {
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.close());
    const credentials = { FEISHU_APP_ID: "cli_any", FEISHU_APP_SECRET: "sandbox-secret" };
    const service = start("main", { PORT: "0", DRAIN_GRACE_MS: "0", FEISHU_BASE_URL: sandbox.url, ...credentials });
    const url = await service.printed(/GraphQL +(\S+)/);
    const held = sandbox.faults.arm({ kind: "hold", on: { contains: "exam_marking_tasks" } });
    const running = post(url, `{ examMarkingTasks(userId: "${MARKER}") { edges { node { id talent { name } } } } }`);
    await once(sandbox.events, "call");
    // Browsers open a connection in advance that they never use.
    const silent = connect(Number(new URL(url).port), "127.0.0.1");
    await once(silent, "connect");
    service.process.kill("SIGTERM");
    await service.printed(/Draining/);
    await expect
      .poll(() =>
        post(url, "{ __typename }").then(
          ({ status }) => status,
          () => "refused",
        ),
      )
      .not.toBe(200);
    held.release();
    const answer = await running;
    expect(await answer.json()).toMatchObject({ data: { examMarkingTasks: { edges: { length: 10 } } } });
    expect(await service.exit()).toBe(0);
  });
});

describe("the standalone sandbox", () => {
  it("rejects unknown options", async () => {
    const sandbox = start("sandbox/main", {}, "--port x");
    expect(await sandbox.exit()).toBe(2);
    expect(sandbox.output()).toContain("usage:");
  });
});
