import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient as createWsClient } from "graphql-ws";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { createFakeClock } from "../../support/fake-clock.js";
import { MARKER } from "../../support/fixtures.js";
import { createHarness, type Harness, TASKS } from "../../support/harness.js";
import { CHANGED, failureOf, subscribe, WAYS } from "../../support/live.js";
import { becomes } from "../../support/metrics.js";
import { createSignedInHarness, signedIn } from "../../support/signed-in.js";

const OPEN = "feishu_hire_subscriptions";
const PROTOCOL = "graphql-transport-ws";

/** Opens a raw WebSocket without a client library. */
function connect(url: string, options: object = {}, protocol = PROTOCOL): WebSocket {
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, protocol, options);
  onTestFinished(() => socket.terminate());
  // Tests assert expected errors themselves.
  socket.on("error", () => {});
  return socket;
}

/** Returns the code and the reason that a connection closes with. */
async function closed(socket: WebSocket): Promise<[number, string]> {
  const [code, reason] = await once(socket, "close");
  return [code, String(reason)];
}

const open = async (socket: WebSocket): Promise<WebSocket> => {
  await once(socket, "open");
  return socket;
};

/** Opens one event stream with plain fetch. */
async function stream({ url }: Harness, init: { headers?: object; body?: object; path?: string } = {}) {
  const leave = new AbortController();
  onTestFinished(() => leave.abort());
  const response = await fetch(`${url}${init.path ?? "/graphql"}`, {
    method: "POST",
    headers: { accept: "text/event-stream", "content-type": "application/json", ...init.headers },
    body: JSON.stringify(init.body ?? { query: CHANGED, variables: { userId: MARKER } }),
    signal: leave.signal,
  });
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const chunk = async (): Promise<string | null> => {
    reader ??= response.body?.getReader();
    const { value, done } = (await reader?.read()) ?? { done: true };
    return done ? null : new TextDecoder().decode(value);
  };
  const until = async (text: string): Promise<string> => {
    let seen = "";
    while (!seen.includes(text)) {
      const next = await chunk();
      if (next === null) throw new Error(`the stream ended after ${JSON.stringify(seen)}`);
      seen += next;
    }
    return seen;
  };
  return { response, leave: () => leave.abort(), chunk, until };
}

describe("server-sent events", () => {
  it.each(["/graphql", "/graphql/stream"])("from %s use the graphql-sse format and are not cached", async (path) => {
    const harness = await createHarness();
    const { response, until } = await stream(harness, { path });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache, no-transform");
    expect(response.headers.get("x-request-id")).toEqual(expect.any(String));
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await until("}\n\n")).toMatch(/event: next\ndata: {"data":{"examMarkingTasksChanged":/);
  });

  it("include a heartbeat every twelve seconds", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const harness = await createHarness();
    const { chunk, until } = await stream(harness);
    await until("}\n\n");
    vi.advanceTimersByTime(12_000);
    expect(await chunk()).toBe(":\n\n");
  });

  it("report a request error, and end", async () => {
    const harness = await createHarness();
    const ask = async (body: object) => {
      const { until } = await stream(harness, { body });
      const text = await until("event: complete");
      return JSON.parse(/data: (.+)/.exec(text)?.[1] ?? "").errors[0];
    };
    const code = "BAD_USER_INPUT";
    expect(await ask({ query: "{ viewer { userId } }" })).toMatchObject({
      message: "a query cannot be streamed: send it to POST /graphql with accept: application/json",
      extensions: { code },
    });
    expect(await ask({ query: "subscription {" })).toMatchObject({ extensions: { code }, locations: [{ line: 1 }] });
    expect(await ask({ query: "subscription { nothing }" })).toMatchObject({ extensions: { code } });
    expect(await ask({})).toMatchObject({ message: "query must be a GraphQL document", extensions: { code } });
    expect(await ask({ query: CHANGED, variables: [] })).toMatchObject({ message: "variables must be an object" });
    expect(await ask({ query: CHANGED, operationName: "Other" })).toMatchObject({ extensions: { code } });
    expect(harness.calls()).toBe(0);
  });

  it("are not sent to a client that prefers JSON", async () => {
    const harness = await createHarness();
    const accept = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed";
    const { response } = await stream(harness, { headers: { accept }, body: { query: "{ __typename }" } });
    expect(await response.json()).toMatchObject({ data: { __typename: "Query" } });
    const { errors } = await harness.askText(CHANGED, { userId: MARKER });
    expect(errors?.[0]?.message).toContain("text/event-stream");
    expect(harness.calls()).toBe(0);
  });

  it("require sign-in, with HTTP 401 otherwise", async () => {
    const harness = await createSignedInHarness();
    const { response } = await stream(harness);
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });

  it("stop reading the list when the client disconnects", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock, env: { LIVE_INTERVAL_S: "20" } });
    const { until, leave } = await stream(harness);
    await until("}\n\n");
    await clock.sleeping(20_000);
    leave();
    await becomes(harness.url, OPEN, 0);
    await clock.advance(60_000);
    expect(harness.calls(TASKS)).toBe(6);
  });
});

describe("a WebSocket", () => {
  it("is closed for another protocol, an early subscribe, or an invalid or oversized message", async () => {
    const harness = await createHarness();
    const [other] = await once(connect(harness.url, {}, "graphql-ws"), "error");
    expect(other.message).toBe("Server sent no subprotocol");
    const nonsense = await open(connect(harness.url));
    nonsense.send("{");
    expect((await closed(nonsense))[0]).toBe(4400);
    const early = await open(connect(harness.url));
    early.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query: CHANGED } }));
    expect((await closed(early))[0]).toBe(4401);
    const much = await open(connect(harness.url));
    much.send(JSON.stringify({ type: "connection_init", payload: { padding: "x".repeat(300_000) } }));
    expect((await closed(much))[0]).toBe(1009);
    const binary = await open(connect(harness.url));
    binary.send(Buffer.from([0xff, 0xfe]));
    expect((await closed(binary))[0]).toBe(4400);
    expect(harness.calls()).toBe(0);
    expect(harness.log()).not.toMatch(/"level":[56]0/);
  });

  it("is not opened from another origin unless CORS_ORIGINS allows it", async () => {
    const harness = await createHarness({ env: { CORS_ORIGINS: "https://app.example.com" } });
    const status = async (origin: string): Promise<number> => {
      const socket = connect(harness.url, { origin });
      const opened = once(socket, "open").then(() => 101);
      const refused = once(socket, "unexpected-response").then(([, { statusCode }]) => statusCode as number);
      return Promise.race([opened, refused]);
    };
    expect(await status("https://evil.example.com")).toBe(403);
    expect(await status("null")).toBe(403);
    expect(await status(harness.url)).toBe(101);
    expect(await status("https://app.example.com")).toBe(101);
  });

  it("is rejected under a foreign host name without authentication", async () => {
    const harness = await createHarness();
    const socket = connect(harness.url, { headers: { host: "rebound.example.com" } });
    const [, { statusCode }] = await once(socket, "unexpected-response");
    expect(statusCode).toBe(403);
  });

  it("requires sign-in by the first message or a header", async () => {
    const harness = await createSignedInHarness();
    const headers = await signedIn(harness, MARKER);
    const init = async (payload: object, options: object = {}) => {
      const socket = await open(connect(harness.url, options));
      socket.send(JSON.stringify({ type: "connection_init", payload }));
      const [first] = await Promise.race([once(socket, "message"), once(socket, "close")]);
      return typeof first === "number" ? first : JSON.parse(String(first)).type;
    };
    expect(await init({})).toBe(4401);
    expect(await init({ authorization: "Bearer rubbish" })).toBe(4401);
    expect(await init({ authorization: { toString: 1 } })).toBe(4401);
    expect(await init({ ...headers, Authorization: headers.authorization })).toBe(4401);
    expect(await init(headers)).toBe("connection_ack");
    expect(await init({}, { headers })).toBe("connection_ack");
  });

  it("is pinged every twelve seconds, and terminated without a pong", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock });
    const lively = await open(connect(harness.url));
    const dead = await open(connect(harness.url, { autoPong: false }));
    const pings = Promise.all([once(lively, "ping"), once(dead, "ping")]);
    await clock.advance(12_000);
    await pings;
    const pinged = once(lively, "ping");
    const cut = closed(dead);
    // After a full round trip the earlier pong has arrived.
    lively.ping();
    await once(lively, "pong");
    await clock.advance(12_000);
    expect((await cut)[0]).toBe(1006);
    await pinged;
    expect(lively.readyState).toBe(WebSocket.OPEN);
  });

  it("carries several subscriptions that end independently", async () => {
    const harness = await createHarness();
    const client = createWsClient({
      url: `${harness.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    onTestFinished(() => void client.dispose());
    const [first, second] = ["PENDING", "MARKED"].map((status) =>
      client.iterate({ query: CHANGED, variables: { userId: MARKER, status } }),
    ) as [AsyncIterableIterator<unknown>, AsyncIterableIterator<unknown>];
    await Promise.all([first.next(), second.next()]);
    await becomes(harness.url, OPEN, 2);
    await first.return?.();
    await becomes(harness.url, OPEN, 1);
  });
});

describe("a hostile WebSocket", () => {
  const init = async (socket: WebSocket): Promise<void> => {
    socket.send('{"type":"connection_init"}');
    await once(socket, "message");
  };
  const ask = (id: string): string =>
    JSON.stringify({ id, type: "subscribe", payload: { query: CHANGED, variables: { userId: MARKER } } });

  it("is closed when it reuses a subscription id", async () => {
    const harness = await createHarness();
    const socket = await open(connect(harness.url));
    await init(socket);
    for (let i = 0; i < 5; i++) {
      socket.send(ask("1"));
      socket.send('{"id":"1","type":"complete"}');
    }
    expect(await closed(socket)).toEqual([4409, "Subscriber already exists"]);
    await becomes(harness.url, OPEN, 0);
  });

  it("leaves no subscription open after it disconnects early", async () => {
    const harness = await createHarness();
    const socket = await open(connect(harness.url));
    await init(socket);
    for (let i = 0; i < 20; i++) socket.send(ask(String(i)));
    await once(socket, "message");
    socket.terminate();
    await becomes(harness.url, OPEN, 0);
    const id = "x".repeat(200);
    const other = await open(connect(harness.url));
    await init(other);
    other.send(ask(id));
    await once(other, "message");
    other.send(ask(id));
    expect((await closed(other))[0]).toBe(4409);
    expect(harness.log()).not.toMatch(/"level":[56]0/);
  });

  it("is terminated when it does not read its messages", async () => {
    const harness = await createHarness();
    const socket = await open(connect(harness.url));
    socket.pause();
    const ping = JSON.stringify({ type: "ping", payload: { x: "x".repeat(250_000) } });
    const sent: Promise<unknown>[] = [];
    for (let i = 0; i < 200; i++) sent.push(new Promise((resolve) => socket.send(ping, resolve)));
    await Promise.all(sent);
    socket.resume();
    expect((await closed(socket))[0]).toBe(1006);
  });
});

it("HTTP clients that offer a protocol upgrade get an HTTP/1.1 response", async () => {
  const { url } = await createHarness();
  const body = JSON.stringify({ query: "{ __typename }" });
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    connection: "Upgrade, HTTP2-Settings",
    upgrade: "h2c",
    "http2-settings": "AAMAAABkAAQAoAAAAAIAAAAA",
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}/graphql`, { method: "POST", headers }, resolve).on("error", reject).end(body);
  });
  expect(response.statusCode).toBe(200);
});

it("operations on both paths share one rate limit", async () => {
  const harness = await createSignedInHarness({ env: { MAX_OPERATIONS_PER_SECOND: "5" } });
  const headers = await signedIn(harness, MARKER);
  const paths = ["/graphql", "/graphql/stream"];
  const posts = paths.flatMap((path) =>
    Array.from({ length: 10 }, async () => {
      const { response } = await stream(harness, { path, headers: { ...headers, accept: "application/json" } });
      return response.status;
    }),
  );
  const statuses = await Promise.all(posts);
  // The requests span at most two windows, however long they took.
  expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(10);
});

it("a stream that is opened during shutdown does not delay it", async () => {
  const harness = await createSignedInHarness();
  const { ids } = harness.sandbox.world.markers[0] ?? {};
  const headers = await signedIn(harness, MARKER);
  const hold = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "contact", times: 0 } });
  const query = `subscription ($id: ID!) { examMarkingTasksChanged(userId: $id, userIdType: USER_ID) { total } }`;
  const asked = stream(harness, { headers, body: { query, variables: { id: ids?.user_id } } });
  await harness.callsReach(1);
  const closing = harness.close();
  hold.release();
  const { chunk } = await asked;
  while ((await chunk()) !== null);
  await closing;
});

describe.each(WAYS)("subscriptions over %s", (way) => {
  it("are limited per tenant", async () => {
    const harness = await createHarness({ env: { LIVE_MAX_SUBSCRIPTIONS: "2" } });
    await Promise.all([1, 2].map(() => subscribe(way, harness.url, { userId: MARKER }).change()));
    const error = await failureOf(subscribe(way, harness.url, { userId: MARKER }));
    expect(error.extensions).toMatchObject({ code: "UPSTREAM_RATE_LIMITED", retryAfterMs: 15_000 });
    await becomes(harness.url, OPEN, 2);
  });

  it("are limited per caller", async () => {
    const harness = await createSignedInHarness({ env: { MAX_OPERATIONS_PER_SECOND: "1000" } });
    const headers = await signedIn(harness, MARKER);
    const ask = () => subscribe(way, harness.url, { userId: MARKER }, { headers });
    await Promise.all(Array.from({ length: 100 }, () => ask().change()));
    expect((await failureOf(ask())).extensions.code).toBe("UPSTREAM_RATE_LIMITED");
    const other = await signedIn(harness, "ou_other", ["hire:exam:read_all"]);
    await subscribe(way, harness.url, { userId: MARKER }, { headers: other }).change();
    expect(harness.calls(TASKS)).toBe(6);
  });

  it("obey the document limits and the cost limit per message", async () => {
    const harness = await createHarness({ env: { MAX_OPERATION_COST: "19" } });
    const failing = async (query: string) => failureOf(subscribe(way, harness.url, { userId: MARKER }, { query }));
    const price = `subscription ($userId: ID!) { examMarkingTasksChanged(userId: $userId) { tasks { talent { name } } } }`;
    expect(await failing(price)).toMatchObject({
      message: expect.stringContaining("could cost 20 upstream calls, but at most 19 are allowed"),
      extensions: { code: "COST_LIMIT_EXCEEDED" },
    });
    const long = `subscription { ${"__typename ".repeat(4000)} }`;
    expect((await failing(long)).message).toContain("tokens");
    const conditional = (root: string) =>
      `subscription ($userId: ID!, $on: Boolean = true) { ${root} } fragment F on Subscription { examMarkingTasksChanged(userId: $userId) @include(if: $on) { total } }`;
    for (const root of ["...F", "...F @skip(if: $on)", "... { ...F }"])
      expect((await failing(conditional(root))).message).toContain("@skip and @include");
    const two = `subscription ($userId: ID!) { a: examMarkingTasksChanged(userId: $userId) { total } b: examMarkingTasksChanged(userId: $userId) { total } }`;
    expect((await failing(two)).extensions.code).toBe("BAD_USER_INPUT");
    expect(harness.calls()).toBe(0);
  });

  it("are logged and counted when opened and for each message", async () => {
    const harness = await createHarness();
    await subscribe(way, harness.url, { userId: MARKER }).change();
    await failureOf(subscribe(way, harness.url, { userId: "" }));
    const lines = harness
      .log()
      .split("\n")
      .filter((line) => line.includes('"msg":"operation"'));
    const outcomes = lines
      .map((line) => JSON.parse(line))
      .map(({ operationName, outcome }) => [operationName, outcome]);
    expect(outcomes).toEqual([
      ["Changed", "ok"],
      ["Changed", "ok"],
      ["Changed", "BAD_USER_INPUT"],
    ]);
    const metrics = await (await fetch(`${harness.url}/metrics`)).text();
    expect(metrics).toContain('feishu_hire_operations_total{outcome="ok"} 2');
  });

  it("run by trusted document id, and reject other documents when only trusted ones are allowed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "manifest-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const manifest = join(folder, "manifest.json");
    await writeFile(manifest, JSON.stringify({ "changed-1": CHANGED }));
    const env = { TRUSTED_DOCUMENTS: "only", TRUSTED_DOCUMENTS_MANIFEST: manifest };
    const harness = await createHarness({ env });
    const byId = (id: string) => ({ query: "", extensions: { persistedQuery: { version: 1, sha256Hash: id } } });
    expect((await subscribe(way, harness.url, { userId: MARKER }, byId("changed-1")).change()).total).toBe(45);
    expect((await subscribe(way, harness.url, { userId: MARKER }).change()).total).toBe(45);
    if (way === "websocket") {
      const beside = { ...byId("changed-1"), query: "subscription { anything }" };
      expect((await subscribe(way, harness.url, { userId: MARKER }, beside).change()).total).toBe(45);
    }
    const unknown = await failureOf(subscribe(way, harness.url, { userId: MARKER }, byId("changed-2")));
    expect(unknown.message).toBe("PersistedQueryNotFound");
    const other = CHANGED.replace("total", "");
    const refused = await failureOf(subscribe(way, harness.url, { userId: MARKER }, { query: other })).catch(
      ({ response }) => ({ extensions: { code: response.status } }),
    );
    expect(refused.extensions.code).toBe({ websocket: "FORBIDDEN", sse: 403 }[way]);
  });

  it("move to another replica on shutdown and resume without a gap", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock });
    const marker = harness.sandbox.world.addMarker(3);
    const live = subscribe(way, harness.url, { userId: marker.ids.open_id });
    const { position } = await live.change();
    const ended = live.next().catch((error: unknown) => error);
    harness.controls.drain();
    // The stream neither completes nor fails: it ends in a way that makes clients retry.
    const reason = (await ended) as { code?: number; message?: string };
    if (way === "websocket") expect(reason.code).toBe(1012);
    else expect(reason.message).toContain("Connection closed while having active streams");
    await becomes(harness.url, OPEN, 0);
    const [gone] = marker.tasks.splice(0, 1);
    const replica = await createHarness({ sandbox: harness.sandbox });
    const again = subscribe(way, replica.url, { userId: marker.ids.open_id, since: position });
    expect((await again.change()).removedIds).toEqual([gone?.id]);
  });
});

it("subscriptions over a WebSocket are counted as operations of their caller", async () => {
  const harness = await createSignedInHarness({ env: { MAX_OPERATIONS_PER_SECOND: "3" } });
  const headers = await signedIn(harness, MARKER);
  const ask = () => subscribe("websocket", harness.url, { userId: MARKER }, { headers });
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      ask()
        .change()
        .catch(() => null),
    ),
  );
  expect(answers.filter((answer) => answer !== null).length).toBeLessThanOrEqual(6);
  expect(answers).toContain(null);
});
