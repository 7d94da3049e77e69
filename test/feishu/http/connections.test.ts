import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../src/core/clock.js";
import { Secret } from "../../../src/core/secret.js";
import { UpstreamError } from "../../../src/feishu/errors.js";
import { createTransport } from "../../../src/feishu/http/transport.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { MARKER } from "../../support/fixtures.js";
import { createHarness, TASKS } from "../../support/harness.js";
import { startForwardProxy } from "../../support/network.js";
import { neverAborted, openTransport, startUpstream } from "../../support/upstream.js";

const request = (path = "/thing") => ({
  method: "GET" as const,
  endpoint: "GET /thing",
  path,
  headers: {},
  signal: neverAborted(),
});
const nextTurn = (): Promise<void> => setImmediate();
const OK = '{"code":0,"data":{}}';

describe("the coding of a response", () => {
  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["GZIP", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["identity", (body: Buffer) => body],
    ["gzip, br", (body: Buffer) => brotliCompressSync(gzipSync(body))],
  ] satisfies [string, (body: Buffer) => Buffer][])(
    "is decoded although none was requested: %s",
    async (coding, encode) => {
      const accepted: (string | undefined)[] = [];
      const url = await startUpstream(({ headers }, response) => {
        accepted.push(String(headers["accept-encoding"]));
        response.writeHead(200, { "content-encoding": coding }).end(encode(Buffer.from(OK)));
      });
      expect(await openTransport(url).send(request())).toMatchObject({ code: 0, body: { data: {} } });
      expect(accepted).toEqual(["identity"]);
    },
  );

  it.each([
    ["zstd", Buffer.from("x"), 'the response has the unknown content coding "zstd"'],
    ["gzip", Buffer.from("not gzip"), "the response is not valid gzip"],
    ["gzip", gzipSync(Buffer.alloc(5 * 1024 * 1024)), "the response is larger than 4 MiB"],
  ])("is an error if it cannot be decoded: %s", async (coding, body, message) => {
    const url = await startUpstream((_, response) => response.writeHead(200, { "content-encoding": coding }).end(body));
    const error = await openTransport(url)
      .send(request())
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ code: "UPSTREAM_CONTRACT", message });
  });

  it("may leave a byte order mark", async () => {
    const url = await startUpstream((_, response) => response.end(`\u{feff}${OK}`));
    expect(await openTransport(url).send(request())).toMatchObject({ code: 0 });
  });
});

describe("a failed connection", () => {
  it.each([
    ["http://127.0.0.1:1", "ECONNREFUSED"],
    ["http://name.invalid", "ENOTFOUND"],
  ])("to %s has its reason in the log and not in the response", async (FEISHU_BASE_URL, reason) => {
    const harness = await createHarness({ env: { FEISHU_BASE_URL } });
    const { errors } = await harness.askText(`{ examMarkingTasks(userId: "${MARKER}") { edges { cursor } } }`);
    expect(errors?.[0]?.extensions.code).toBe("UPSTREAM_UNAVAILABLE");
    expect(JSON.stringify(errors)).not.toContain(reason);
    expect(harness.log()).toMatch(new RegExp(`"reason":"(${reason}|EAI_AGAIN)"`));
    expect(harness.log()).toContain("no response: the connection failed");
  });

  it("through a proxy that refuses it names the proxy's status", async () => {
    const { url } = await startForwardProxy("ConnectPort 443");
    const proxy = { httpProxy: new Secret(url), httpsProxy: new Secret(url), noProxy: "" };
    const transport = createTransport({ baseUrl: "https://127.0.0.2:9", clock: systemClock, timeoutMs: 5000, proxy });
    onTestFinished(() => transport.close());
    const error = (await transport.send(request()).catch((cause: unknown) => cause)) as UpstreamError;
    expect([error.code, error.reason]).toEqual(["UPSTREAM_UNAVAILABLE", "PROXY_403"]);
  });

  it("logs the path of an answer that does not match", async () => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({
      kind: "merge",
      data: { items: "x" },
      on: { contains: "exam_marking_tasks", times: 0 },
    });
    await harness.askText(`{ examMarkingTasks(userId: "${MARKER}") { edges { cursor } } }`);
    expect(harness.log()).toContain('"message":"items: expected a list"');
  });
});

describe("a connection", () => {
  /** Starts a server that counts connections and resets one when told to, before any byte of an answer. */
  async function startResetting() {
    const sockets = new Set<Socket>();
    let toReset = 0;
    const server = createServer((incoming, response) => {
      if (toReset > 0) {
        toReset -= 1;
        incoming.socket.resetAndDestroy();
      } else
        response.end(incoming.url?.includes("token") ? '{"code":0,"tenant_access_token":"t-1","expire":7200}' : OK);
    });
    server.on("connection", (socket) => sockets.add(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      url,
      sockets,
      reset(count: number) {
        toReset = count;
      },
    };
  }

  it("that was used before and is reset marks its call as unprocessed; a new one does not", async () => {
    const { url, reset } = await startResetting();
    const transport = openTransport(url);
    const failure = () => transport.send(request()).catch((error: unknown) => error) as Promise<UpstreamError>;
    reset(1);
    expect((await failure()).isUnprocessed).toBe(false);
    await transport.send(request());
    await nextTurn();
    reset(1);
    expect((await failure()).isUnprocessed).toBe(true);
  });

  it("that breaks in the middle of an answer leaves its call processed, and the breaker counts it", async () => {
    const url = await startUpstream(({ url: path, socket }, response) => {
      if (path === "/whole") return void response.end(OK);
      response.writeHead(200, { "content-length": 100 }).write('{"code":0,');
      setImmediate().then(() => socket.resetAndDestroy());
    });
    const transport = openTransport(url);
    await transport.send(request("/whole")).then(nextTurn);
    const error = (await transport.send(request("/cut")).catch((cause: unknown) => cause)) as UpstreamError;
    expect([error.code, error.isUnprocessed]).toEqual(["UPSTREAM_UNAVAILABLE", false]);
  });

  it("is replaced after thirty seconds, so that a moved address is followed under load", async () => {
    const { url, sockets } = await startResetting();
    const clock = createFakeClock();
    const transport = openTransport(url, clock);
    const sendFive = async () => {
      for (let i = 0; i < 5; i++) await transport.send(request()).then(nextTurn);
    };
    await sendFive();
    expect(sockets.size).toBe(1);
    await clock.advance(30_000);
    await sendFive();
    expect(sockets.size).toBe(2);
  });
});

describe("a call on a connection that Feishu has closed for being idle", () => {
  it("is sent once more, even if every retry of the budget is used up", async () => {
    const harness = await createHarness();
    const ask = () => harness.askText(`{ examMarkingTasks(userId: "${MARKER}", first: 1) { edges { node { id } } } }`);
    await ask();
    const before = harness.calls(TASKS);
    // Below twenty calls the budget is one retry: each of these needs one.
    for (let i = 0; i < 4; i++) {
      harness.sandbox.faults.arm({ kind: "reset", on: { contains: "exam_marking_tasks" } });
      expect((await ask()).errors).toBeUndefined();
      await ask();
    }
    expect(harness.calls(TASKS) - before).toBe(12);
  });
});
