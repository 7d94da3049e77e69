import { describe, expect, it } from "vitest";
import { UpstreamError } from "../../../src/feishu/errors.js";
import type { HttpRequest } from "../../../src/feishu/http/transport.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { neverAborted, openTransport, startUpstream } from "../../support/upstream.js";

const request = (signal = new AbortController().signal): HttpRequest => ({
  method: "GET",
  endpoint: "GET /thing",
  path: "/thing",
  headers: {},
  signal,
});

/** Returns the error that a request fails with. */
async function failureOf(answer: Promise<unknown>): Promise<UpstreamError> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UpstreamError)) throw new Error(`expected an UpstreamError, got ${error}`);
  return error;
}

describe("the transport", () => {
  it("normalizes the code, log id and reset of a response", async () => {
    const url = await startUpstream((_, response) => {
      response.writeHead(429, { "x-tt-logid": "LOG1", "x-ogw-ratelimit-reset": "1.5" });
      response.end('{"code":99991400,"msg":"slow down"}');
    });
    const answer = await openTransport(url).send(request());
    expect(answer).toMatchObject({ code: 99991400, httpStatus: 429, resetMs: 1500 });
    expect(answer.upstream).toEqual({ endpoint: "GET /thing", httpStatus: 429, code: 99991400, logId: "LOG1" });
  });

  it.each([
    ["seconds", "7", 7000],
    ["a date of HTTP", new Date(Date.UTC(2026, 2, 2, 0, 0, 30)).toUTCString(), 30_000],
    ["a date that has passed", new Date(Date.UTC(2026, 2, 1)).toUTCString(), 0],
    ["anything else", "soon", null],
  ])("uses Retry-After when Feishu's own header is missing: %s", async (_, value, resetMs) => {
    const url = await startUpstream((__, response) => {
      response.writeHead(429, { "retry-after": value }).end('{"code":99991400,"msg":"slow down"}');
    });
    const clock = createFakeClock(Date.UTC(2026, 2, 2));
    expect(await openTransport(url, clock).send(request())).toMatchObject({ code: 99991400, resetMs });
  });

  it("reads the log id from the body when the header is missing, and drops an invalid one", async () => {
    const bodies = ['{"code":1,"error":{"log_id":"LOG2"}}', '{"code":1,"error":{"log_id":"a b <script>"}}'];
    const url = await startUpstream((_, response) => response.end(bodies.shift()));
    const transport = openTransport(url);
    expect((await transport.send(request())).upstream.logId).toBe("LOG2");
    expect((await transport.send(request())).upstream.logId).toBeNull();
  });

  it.each([
    ["text that is not JSON", 200, "<html>", "UPSTREAM_CONTRACT"],
    ["a JSON list", 200, "[]", "UPSTREAM_CONTRACT"],
    ["an object without a code", 200, '{"data":{}}', "UPSTREAM_CONTRACT"],
    ["a code that is not a number", 200, '{"code":"none"}', "UPSTREAM_CONTRACT"],
    ["a proxy's error page", 502, "<html>bad gateway</html>", "UPSTREAM_UNAVAILABLE"],
    ["a proxy's limit", 429, "slow down", "UPSTREAM_RATE_LIMITED"],
  ])("classifies %s", async (_, status, body, code) => {
    const url = await startUpstream((__, response) => response.writeHead(status).end(body));
    const error = await failureOf(openTransport(url).send(request()));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain(body);
  });

  it("classifies a connection that is cut before or after the headers", async () => {
    const url = await startUpstream((incoming, response) => {
      if (incoming.url === "/thing") response.writeHead(200, { "content-length": "100" }).write('{"code":0');
      incoming.socket.resetAndDestroy();
    });
    const transport = openTransport(url);
    for (const path of ["/thing", "/other"]) {
      expect((await failureOf(transport.send({ ...request(), path }))).code).toBe("UPSTREAM_UNAVAILABLE");
    }
  });

  it("reports a refused connection", async () => {
    const error = await failureOf(openTransport("http://127.0.0.1:1").send(request()));
    expect(error).toMatchObject({ code: "UPSTREAM_UNAVAILABLE", upstream: { httpStatus: null, code: null } });
  });

  it("rejects a response that is too large", async () => {
    const url = await startUpstream((_, response) => {
      response.write('{"code":0,"data":"');
      for (let i = 0; i < 80; i++) response.write("x".repeat(64 * 1024));
      response.end('"}');
    });
    expect((await failureOf(openTransport(url).send(request()))).code).toBe("UPSTREAM_CONTRACT");
  });

  it("fails with UPSTREAM_TIMEOUT when an attempt takes too long", async () => {
    const clock = createFakeClock();
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const url = await startUpstream(() => arrived());
    const failure = failureOf(openTransport(url, clock, 5000).send(request()));
    await arrival;
    await clock.advance(5000);
    expect((await failure).code).toBe("UPSTREAM_TIMEOUT");
  });

  it("does not send a request that timed out while it waited for a connection", async () => {
    const clock = createFakeClock();
    const arrived: string[] = [];
    const url = await startUpstream((incoming, response) => {
      arrived.push(incoming.url ?? "");
      if (incoming.url === "/last") response.end('{"code":0}');
    });
    const transport = openTransport(url, clock, 5000);
    const CONNECTIONS = 512;
    const send = (path: string) => transport.send({ ...request(neverAborted()), path });
    const given = Array.from({ length: CONNECTIONS + 1 }, (_, n) =>
      failureOf(send(n < CONNECTIONS ? "/held" : "/queued")),
    );
    await expect.poll(() => arrived.length, { timeout: 15_000 }).toBe(CONNECTIONS);
    await clock.advance(5000);
    expect(new Set((await Promise.all(given)).map(({ code }) => code))).toEqual(new Set(["UPSTREAM_TIMEOUT"]));
    expect((await send("/last")).code).toBe(0);
    expect(arrived).not.toContain("/queued");
  });

  it("rejects with the caller's own reason when the caller cancels", async () => {
    const caller = new AbortController();
    const url = await startUpstream(() => caller.abort(new Error("not needed any more")));
    await expect(openTransport(url).send(request(caller.signal))).rejects.toThrow("not needed any more");
  });
});
