import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { compose } from "../../examples/supergraph/gateway.mjs";
import { createFakeClock } from "../support/fake-clock.js";
import { createHarness, type Harness, TASKS, TOKEN } from "../support/harness.js";
import { ROOT, startProcess } from "../support/process.js";

const APP = { FEISHU_APP_ID: "cli_1", FEISHU_APP_SECRET: "app-secret-of-the-tests" };
const LIST = "query ($id: ID!) { examMarkingTasks(userId: $id, first: 1) { edges { node { id } } } }";

/** Creates a file that a test rewrites. */
function createFile(content: string): { readonly path: string; write(content: string): void } {
  const path = join(mkdtempSync(join(tmpdir(), "running-")), "file.json");
  const write = (changed: string): void => writeFileSync(path, changed);
  write(content);
  return { path, write };
}

const left = async ({ url }: Harness): Promise<string | undefined> =>
  (await (await fetch(`${url}/metrics`)).text())
    .split("\n")
    .find((line) => line.startsWith(`feishu_upstream_budget_left{endpoint="GET /open-apis${TASKS}"}`))
    ?.split(" ")
    .at(-1);

describe("the command", () => {
  it("checks the configuration without starting", async () => {
    const good = startProcess("node dist/main.js --check", APP);
    expect(await good.exit()).toBe(0);
    expect(good.output()).toBe("configuration is valid\n");
    const bad = startProcess("node dist/main.js --check", {
      ...APP,
      PORT: "x",
      MAX_FIRST: "0",
      FEISHU_QUOTAS_FILE: "/nowhere",
    });
    expect(await bad.exit()).toBe(2);
    expect(bad.output()).toMatch(/PORT must be[\s\S]*MAX_FIRST must be/);
    const missing = startProcess("node dist/main.js --check", { ...APP, FEISHU_QUOTAS_FILE: "/nowhere" });
    expect(await missing.exit()).toBe(2);
    expect(missing.output()).toContain('FEISHU_QUOTAS_FILE "/nowhere" cannot be read: ENOENT');
  });

  it("prints the schema, also without the directives that some gateways refuse", async () => {
    const whole = startProcess("node dist/main.js --print-schema");
    const bare = startProcess("node dist/main.js --print-schema --without-access-directives");
    expect(await Promise.all([whole.exit(), bare.exit()])).toEqual([0, 0]);
    expect(whole.output()).toBe(readFileSync(`${ROOT}schema.graphql`, "utf8"));
    expect(bare.output()).not.toMatch(/@authenticated|@requiresScopes/);
    expect(compose([{ name: "hire", url: "http://hire", sdl: bare.output() }])).toContain("examMarkingTasks");
  });

  it("prints the configuration without its secrets", async () => {
    const secrets = {
      CURSOR_SECRET: "cursor-secret-of-the-tests",
      FEISHU_ENCRYPT_KEY: "encrypt-key-of-the-tests",
      REDIS_URL: "redis://:password@127.0.0.1:1",
    };
    const printed = startProcess("node dist/main.js --print-config", { ...APP, ...secrets });
    expect(await printed.exit()).toBe(0);
    const config = JSON.parse(printed.output());
    expect(config).toMatchObject({
      port: 4000,
      credentials: { appId: "cli_1", appSecret: "[redacted]" },
      cursorSecret: "[redacted]",
    });
    expect(printed.output()).not.toMatch(/of-the-tests|password/);
  });

  it("prints its options and rejects unknown ones", async () => {
    const help = startProcess("node dist/main.js --help");
    expect(await help.exit()).toBe(0);
    expect(help.output()).toContain("--print-config");
    const wrong = startProcess("node dist/main.js --chekc");
    expect(await wrong.exit()).toBe(2);
    expect(wrong.output()).toContain("see --help");
  });

  it("reloads quotas on SIGHUP and keeps the old ones when the new ones are invalid", async () => {
    const quotas = createFile("{}");
    const service = startProcess("node dist/main.js", { PORT: "0", FEISHU_QUOTAS_FILE: quotas.path });
    await service.printed(/GraphQL +(\S+)/);
    quotas.write("{");
    service.process.kill("SIGHUP");
    await service.printed(/Reload failed/);
    quotas.write("{}");
    service.process.kill("SIGHUP");
    await service.printed(/documents reloaded/);
  });
});

describe("a reload", () => {
  it("applies the new quotas and keeps counting earlier calls", async () => {
    const key = `GET /open-apis${TASKS}`;
    const file = createFile(JSON.stringify({ [key]: [{ limit: 9, windowMs: 60_000 }] }));
    const harness = await createHarness({ env: { FEISHU_QUOTAS: "", FEISHU_QUOTAS_FILE: file.path } });
    const id = harness.sandbox.world.markers[0]?.ids.open_id;
    await harness.askText(LIST, { id });
    expect(await left(harness)).toBe("8");
    file.write(JSON.stringify({ [key]: [{ limit: 5, windowMs: 60_000 }] }));
    await harness.controls.reload();
    expect(await left(harness)).toBe("4");
    file.write("no JSON");
    await harness.controls.reload();
    expect(await left(harness)).toBe("4");
    expect(harness.log()).toContain("Reload failed");
    expect((await harness.askText(LIST, { id })).errors).toBeUndefined();
  });

  it("applies the new trusted documents", async () => {
    const manifest = (texts: Readonly<Record<string, string>>) => JSON.stringify(texts);
    const file = createFile(manifest({ one: "{ __typename }" }));
    const env = { TRUSTED_DOCUMENTS: "only", TRUSTED_DOCUMENTS_MANIFEST: file.path };
    const harness = await createHarness({ env });
    const ask = async (documentId: string) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${harness.url}/graphql`, {
        method: "POST",
        headers,
        body: JSON.stringify({ documentId }),
      });
      return (await response.json()) as { data?: object };
    };
    expect((await ask("one")).data).toBeDefined();
    expect((await ask("two")).data).toBeUndefined();
    file.write(manifest({ two: "query Two { __typename }" }));
    await harness.controls.reload();
    expect((await ask("two")).data).toBeDefined();
    expect((await ask("one")).data).toBeUndefined();
  });
});

describe("readiness", () => {
  it("reports rejection of the app by Feishu without another call, and recovers later", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock, env: { FEISHU_APP_SECRET: "not-the-secret" } });
    const ready = async () => {
      const response = await fetch(`${harness.url}/health/ready`);
      return [response.status, await response.json()];
    };
    expect(await ready()).toEqual([200, { status: "ok", redis: "none" }]);
    const { errors } = await harness.askText('{ job(id: "1") { title } }');
    expect(errors?.[0]?.extensions.code).toBe("UPSTREAM_PERMISSION_MISSING");
    const asked = harness.calls(TOKEN);
    for (let i = 0; i < 3; i++) expect(await ready()).toEqual([503, { status: "refused by Feishu", redis: "none" }]);
    expect(harness.calls(TOKEN)).toBe(asked);
    await clock.advance(10_000);
    expect((await ready())[0]).toBe(200);
  });

  it("reports whether quotas are shared with the other replicas", async () => {
    const harness = await createHarness({
      env: { REDIS_URL: inject("redisUrl"), FEISHU_APP_ID: `cli_ready_${process.pid}` },
    });
    // A new replica first learns which calls the others have made.
    const ready = async () => (await fetch(`${harness.url}/health/ready`)).json();
    await expect.poll(ready, { timeout: 10_000 }).toEqual({ status: "ok", redis: "shared" });
  });
});

describe("draining", () => {
  it("reports not ready first, and still serves requests until it closes", async () => {
    const harness = await createHarness();
    const id = harness.sandbox.world.markers[0]?.ids.open_id;
    const ready = async () => (await fetch(`${harness.url}/health/ready`)).status;
    expect(await ready()).toBe(200);
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "exam_marking_tasks" } });
    const running = harness.askText(LIST, { id });
    await harness.callsReach(1);
    harness.controls.drain();
    expect(await ready()).toBe(503);
    expect((await harness.askText("{ __typename }")).errors).toBeUndefined();
    held.release();
    expect((await running).errors).toBeUndefined();
  });

  it("waits for the configured delay after SIGTERM", async () => {
    const service = startProcess("node dist/main.js", { PORT: "0", DRAIN_DELAY_MS: "60000" });
    const url = await service.printed(/GraphQL +(\S+)/);
    onTestFinished(() => void service.process.kill("SIGKILL"));
    service.process.kill("SIGTERM");
    await service.printed(/Draining/);
    expect((await fetch(url.replace("/graphql", "/health/ready"))).status).toBe(503);
    const body = JSON.stringify({ query: "{ __typename }" });
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(answer.status).toBe(200);
  });
});
