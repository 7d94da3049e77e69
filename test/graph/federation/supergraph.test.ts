import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { compose, startGateway } from "../../../examples/supergraph/gateway.mjs";
import { NOTES_SDL, startNotes } from "../../../examples/supergraph/notes-subgraph.mjs";
import { withoutAccessDirectives } from "../../../src/graph/federation/subgraph.js";
import { MARKER } from "../../support/fixtures.js";
import { type ClientAnswer, createHarness, type Harness, JOB, TALENT, TASKS } from "../../support/harness.js";
import { ROOT, startProcess } from "../../support/process.js";
import { createSignedInHarness, signedIn } from "../../support/signed-in.js";
import { REPORTS_SDL, startReports } from "./reports-subgraph.js";

const SDL = readFileSync(`${ROOT}schema.graphql`, "utf8");
const SECRET = "gateway-0123456789";
/** Default cache TTLs, except for pages: they stay uncached, so that every list call is counted. */
const HELD = {
  CACHE_TTL_JOB_S: "300",
  CACHE_TTL_TALENT_S: "60",
  CACHE_TTL_APPLICATION_S: "30",
  CACHE_TTL_USER_S: "600",
};

// biome-ignore lint/suspicious/noExplicitAny: queries across subgraphs have no generated types
type Loose = any;
type Ask = (query: string, variables?: object, headers?: Record<string, string>) => Promise<ClientAnswer<Loose>>;

/** Starts a real gateway in front of the service and two third-party subgraphs. */
async function startSupergraph(harness: Harness): Promise<{ ask: Ask; seenByNotes: IncomingHttpHeaders[] }> {
  const seenByNotes: IncomingHttpHeaders[] = [];
  const notes = await startNotes(0, (headers: IncomingHttpHeaders) => void seenByNotes.push(headers));
  const reports = await startReports();
  const subgraphs = [
    { name: "hire", url: `${harness.url}/graphql`, sdl: withoutAccessDirectives(SDL), secret: SECRET },
    { name: "notes", url: notes.url, sdl: NOTES_SDL },
    { name: "reports", url: reports.url, sdl: REPORTS_SDL },
  ];
  const gateway = await startGateway(subgraphs, 0);
  onTestFinished(async () => {
    for (const part of [gateway, notes, reports]) await part.close();
  });
  const ask: Ask = async (query, variables = {}, headers = {}) => {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    const response = await fetch(gateway.url, { ...init, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as ClientAnswer<Loose>;
  };
  return { ask, seenByNotes };
}

const startHire = (env: Record<string, string> = {}) =>
  createHarness({ env: { ...HELD, GATEWAY_SECRET: SECRET, ...env } });

/** Returns the calls that a query costs when it is sent to the service directly. */
async function callsAskedDirectly(query: string): Promise<number> {
  const harness = await startHire();
  expect((await harness.askText(query)).errors).toBeUndefined();
  return harness.calls();
}

describe("composition", () => {
  it("accepts subgraphs that have their own PageInfo, @requires and @provides", () => {
    const subgraphs = [
      { name: "hire", url: "http://hire", sdl: SDL },
      { name: "notes", url: "http://notes", sdl: NOTES_SDL },
      { name: "reports", url: "http://reports", sdl: REPORTS_SDL },
    ];
    expect(compose(subgraphs)).toContain('@join__graph(name: "hire"');
  });

  it("reports a conflicting type", () => {
    const stranger = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      type Query { x: Int } type PageInfo { hasNextPage: Boolean! }`;
    const subgraphs = [
      { name: "hire", url: "http://hire", sdl: SDL },
      { name: "other", url: "http://other", sdl: stranger },
    ];
    expect(() => compose(subgraphs)).toThrow(/PageInfo/);
  });
});

describe("queries across subgraphs", () => {
  const LIST = (fields: string, first = 20, after = "") =>
    `{ examMarkingTasks(userId: "${MARKER}", first: ${first}${after && `, after: "${after}"`}) { edges { node { id ${fields} } } pageInfo { hasNextPage endCursor } } }`;

  it("page through a connection with the calls of a direct query", async () => {
    const harness = await startHire();
    const { ask } = await startSupergraph(harness);
    const ids: string[] = [];
    let after = "";
    for (let page = 0; page < 3; page++) {
      const { data, errors } = await ask(
        LIST("talent { name ratings { stars } badge } notes(first: 1) { edges { node { text } } }", 20, after),
      );
      expect(errors).toBeUndefined();
      for (const { node } of data.examMarkingTasks.edges) {
        ids.push(node.id);
        expect(node).toMatchObject({ notes: { edges: { length: 1 } }, talent: { ratings: { length: 1 } } });
        expect(node.talent.badge).toContain(node.talent.name);
      }
      after = data.examMarkingTasks.pageInfo.endCursor;
      expect(data.examMarkingTasks.pageInfo.hasNextPage).toBe(page < 2);
    }
    expect(new Set(ids).size).toBe(45);
    expect([harness.calls(TASKS), harness.calls(TALENT)]).toEqual([3, 45]);
  });

  it.each([
    [
      "fields of both subgraphs",
      "talent { name } job { title } application { stage { id } } marker { name }",
      "talent { name ratings { stars } } job { title openings } application { stage { id } } marker { name ratingCount desk }",
    ],
    ["a field that requires one of ours", "talent { name }", "talent { badge }"],
    [
      "fields of other subgraphs only",
      "talent { id } marker { id }",
      "talent { ratings { stars } } marker { desk ratingCount }",
    ],
  ])("make exactly as many Feishu calls as the same direct query: %s", async (_, ours, across) => {
    const harness = await startHire();
    const { ask } = await startSupergraph(harness);
    const { errors } = await ask(LIST(across));
    expect(errors).toBeUndefined();
    expect(harness.calls()).toBe(await callsAskedDirectly(LIST(ours)));
  });

  it("from another subgraph look up each referenced entity once, and users in one call", async () => {
    const harness = await startHire();
    const { ask } = await startSupergraph(harness);
    const { data, errors } = await ask(
      "{ ratings(first: 7) { stars talent { name badge } by { name } } again: ratings(first: 7) { talent { name } } }",
    );
    expect(errors).toBeUndefined();
    expect(data.ratings).toHaveLength(7);
    expect(data.ratings[0]).toMatchObject({ talent: { name: "林知夏" }, by: { name: "周若兰" } });
    expect([harness.calls(TALENT), harness.calls()]).toEqual([7, 8]);
  });

  it("use fields that another subgraph provides, and read the rest from Feishu", async () => {
    const harness = await startHire();
    const { ask } = await startSupergraph(harness);
    const jobId = harness.sandbox.world.markers[0]?.tasks[0]?.job_id;
    const provided = await ask(`{ reports(jobId: "${jobId}") { job { id title openings } } }`);
    expect(provided.data.reports[0].job).toEqual({ id: jobId, title: "as reported", openings: 3 });
    expect(harness.calls()).toBe(0);
    const { data } = await ask(`{ reports(jobId: "${jobId}") { job { title code } } }`);
    expect(data.reports[0].job.code).toEqual(expect.any(String));
    expect(harness.calls(JOB)).toBe(1);
  });

  it("forward the timeout, request id and trace context, but not the gateway secret", async () => {
    const harness = await startHire();
    const { ask, seenByNotes } = await startSupergraph(harness);
    const headers = {
      "x-request-id": "from-the-client-1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    const wrong = await ask(LIST(""), {}, { ...headers, "x-request-timeout": "never" });
    expect(JSON.stringify(wrong.errors)).toContain("x-request-timeout");
    const refused = await ask(LIST("", 101), {}, headers);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", requestId: "from-the-client-1" });
    await ask("{ ratings(first: 1) { stars } }", {}, headers);
    expect(seenByNotes.at(-1)).toMatchObject(headers);
    expect(seenByNotes.at(-1)).not.toHaveProperty("x-gateway-secret");
  });
});

describe("errors through the gateway", () => {
  it("keep code, path and logId, and the rest of the response", async () => {
    const harness = await startHire();
    const { ask } = await startSupergraph(harness);
    const broken = harness.sandbox.world.markers[0]?.tasks[1]?.talent_id ?? "";
    const fault = { kind: "status", httpStatus: 400, code: 1002002 } as const;
    harness.sandbox.faults.arm({ ...fault, on: { contains: broken, times: 0 } });
    const list = await ask(
      `{ examMarkingTasks(userId: "${MARKER}", first: 3) { edges { node { id talent { name ratings { stars } } } } } }`,
    );
    expect(list.data.examMarkingTasks.edges.map(({ node }: Loose) => node.talent?.name ?? null)).toEqual([
      "林知夏",
      null,
      expect.any(String),
    ]);
    expect(list.errors).toHaveLength(1);
    expect(list.errors?.[0]).toMatchObject({
      path: ["examMarkingTasks", "edges", 1, "node", "talent"],
      extensions: { code: "UPSTREAM_BAD_REQUEST", upstream: { code: 1002002, logId: expect.stringMatching(/.+/) } },
    });
    const rated = await ask("{ ratings(first: 20) { talent { id name } } }");
    expect(rated.data.ratings).toHaveLength(20);
    const [error, ...others] = rated.errors ?? [];
    expect(others).toEqual([]);
    const at = rated.data.ratings.findIndex(({ talent }: Loose) => talent.id === broken);
    expect(error).toMatchObject({
      path: ["ratings", at, "talent"],
      extensions: { code: "UPSTREAM_BAD_REQUEST", upstream: { logId: expect.stringMatching(/.+/) } },
    });
  });

  it.each([
    ["COST_LIMIT_EXCEEDED", { MAX_OPERATION_COST: "2" }, "talent { name }"],
    ["UPSTREAM_RATE_LIMITED", {}, ""],
  ])("keep %s when the whole operation is rejected", async (code, env, fields) => {
    const harness = await startHire(env);
    const { ask } = await startSupergraph(harness);
    harness.sandbox.faults.arm({ kind: "throttle", resetS: 3, on: { contains: "exam_marking_tasks" } });
    const { errors } = await ask(`{ examMarkingTasks(userId: "${MARKER}") { edges { node { id ${fields} } } } }`);
    expect(errors?.[0]?.extensions.code).toBe(code);
    if (code === "UPSTREAM_RATE_LIMITED") expect(errors?.[0]?.extensions.retryAfterMs).toBe(3000);
  });
});

describe("rights through the gateway", () => {
  it("are the end user's", async () => {
    const harness = await createSignedInHarness({ env: { ...HELD, GATEWAY_SECRET: SECRET } });
    const { ask } = await startSupergraph(harness);
    const own =
      "{ viewer { examMarkingTasks(first: 1) { edges { node { talent { name email ratings { stars } } } } } } }";
    const asOwner = await ask(own, {}, await signedIn(harness, MARKER));
    expect(asOwner.data.viewer.examMarkingTasks.edges[0].node.talent).toEqual({
      name: "林知夏",
      email: null,
      ratings: [{ stars: 1 }],
    });
    expect(asOwner.errors?.map(({ extensions }) => extensions.code)).toEqual(["FORBIDDEN"]);
    const byId = "{ ratings(first: 1) { talent { name } } }";
    const before = harness.calls();
    const refused = await ask(byId, {}, await signedIn(harness, MARKER));
    expect(refused.data.ratings[0].talent.name).toBeNull();
    expect(refused.errors?.[0]).toMatchObject({ path: ["ratings", 0, "talent"], extensions: { code: "FORBIDDEN" } });
    expect(harness.calls()).toBe(before);
    const allowed = await ask(byId, {}, await signedIn(harness, MARKER, ["hire:talent:read"]));
    expect(allowed.data.ratings[0].talent.name).toBe("林知夏");
    const nobody = await ask(own);
    expect(nobody.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  });
});

describe("GATEWAY_SECRET", () => {
  const DOORS = {
    _entities:
      '{ _entities(representations: [{ __typename: "Talent", id: "7300200000000000000" }]) { ... on Talent { name } } }',
    "_entities by another name":
      "query ($r: [_Any!]!) { ...F } fragment F on Query { x: _entities(representations: $r) { __typename } }",
    _service: "{ _service { sdl } }",
  };
  const variables = { r: [{ __typename: "Talent", id: "7300200000000000000" }] };

  it.each(Object.entries(DOORS))(
    "restricts %s to clients that send it, and rejects others without a call",
    async (_, query) => {
      const harness = await startHire();
      for (const shown of [{}, { "x-gateway-secret": "" }, { "x-gateway-secret": `${SECRET}0` }]) {
        const { data, errors } = await harness.askText(query, variables, shown);
        expect(data).toBeNull();
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["FORBIDDEN"]);
      }
      expect(harness.calls()).toBe(0);
      expect((await harness.askText(query, variables, { "x-gateway-secret": SECRET })).errors).toBeUndefined();
      expect(harness.log()).not.toContain(SECRET);
    },
  );

  it("does not affect ordinary queries of direct clients", async () => {
    const harness = await startHire();
    const { data, errors } = await harness.askText(
      `{ examMarkingTasks(userId: "${MARKER}", first: 1) { edges { node { talent { name } } } } }`,
    );
    expect([errors, data.examMarkingTasks.edges[0].node.talent.name]).toEqual([undefined, "林知夏"]);
  });

  it("is optional, but without it production does not expose the schema", async () => {
    const open = await createHarness();
    for (const query of Object.values(DOORS)) expect((await open.askText(query, variables)).errors).toBeUndefined();
    const production = await createHarness({ env: { NODE_ENV: "production" } });
    expect((await production.askText(DOORS._service)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    expect((await production.askText(DOORS._entities)).errors).toBeUndefined();
  });
});

it("npm run demo:supergraph starts all services and prints a working query", async () => {
  const demo = startProcess("node examples/supergraph/demo.mjs", { PORT: "0" });
  const url = await demo.printed(/Supergraph +(\S+)/);
  const body = await demo.printed(/-d '(.*)'/);
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { data, errors } = (await response.json()) as ClientAnswer<Loose>;
  expect(errors).toBeUndefined();
  expect(data.examMarkingTasks.edges[0].node).toMatchObject({
    notes: { edges: [{ node: { text: "clear handwriting" } }] },
    talent: { name: "林知夏", badge: "林知夏 ★" },
  });
  // SIGKILL would leave the service's child process running.
  demo.process.kill("SIGTERM");
  expect(await demo.exit()).toBe(0);
});
