import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { SANDBOX_SECRET } from "../../../src/sandbox/access-tokens.js";
import { startSandbox } from "../../../src/sandbox/server.js";
import { MARKER } from "../../support/fixtures.js";
import { createHarness } from "../../support/harness.js";
import { CHANGED, subscribe } from "../../support/live.js";
import { createCertificate, startForwardProxy, startNginx } from "../../support/network.js";
import { ROOT, startProcess } from "../../support/process.js";

const JSON_TYPE = { "content-type": "application/json" };
const LIST = `{ examMarkingTasks(userId: "${MARKER}", first: 20) { edges { cursor node { id jobId } } } }`;

/** Sends a raw request, without the decoding of fetch. */
function send(url: string, headers: Record<string, string>, body?: Buffer | string) {
  return new Promise<{ status: number; headers: Record<string, unknown>; bytes: Buffer }>((resolve, reject) => {
    const outgoing = request(url, { method: body === undefined ? "GET" : "POST", headers }, async (incoming) => {
      const chunks = await incoming.toArray();
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, bytes: Buffer.concat(chunks) });
    });
    outgoing.on("error", reject).end(body);
  });
}

describe("behind nginx with its defaults", () => {
  it("delivers the first message of a stream at once, and each change as it happens", async () => {
    const harness = await createHarness({ env: { LIVE_INTERVAL_S: "1" } });
    const { port } = await startNginx(`listen $PORT; location / { proxy_pass ${harness.url}; }`);
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { ...JSON_TYPE, accept: "text/event-stream" },
      body: JSON.stringify({ query: CHANGED, variables: { userId: MARKER } }),
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("event: next")) text += (await reader?.read())?.value ?? "";
    expect(text).toContain('"total":');
    await reader?.cancel();
  });

  it.each([
    ["removes the prefix", "/hire/", "", {}],
    ["keeps the prefix", "/hire/", "/hire/", { BASE_PATH: "/hire" }],
  ])("serves the graph and its pages under a prefix if it %s", async (_, location, target, env) => {
    const harness = await createHarness({ env, isSandbox: true });
    const pass = `proxy_pass ${harness.url}${target || "/"};`;
    const { port } = await startNginx(
      `listen $PORT; location ${location} { ${pass} proxy_set_header Host $http_host; }`,
    );
    const root = `http://127.0.0.1:${port}/hire`;
    const answer = await fetch(`${root}/graphql`, {
      method: "POST",
      headers: JSON_TYPE,
      body: '{"query":"{__typename}"}',
    });
    expect(await answer.json()).toMatchObject({ data: { __typename: "Query" } });
    for (const page of ["graphiql/", "demo/", "graphql", "graphql/"]) {
      const html = await fetch(`${root}/${page}`, { headers: { accept: "text/html" } });
      const [, script = ""] = /<script[^>]* src="([^"]+)"/.exec(await html.text()) ?? [];
      const asset = await fetch(new URL(script, html.url));
      expect([page, asset.status, asset.url.startsWith(root)]).toEqual([page, 200, true]);
    }
  });

  it("redirects pages without their slash below the prefix", async () => {
    const harness = await createHarness({ env: { BASE_PATH: "/hire" }, isSandbox: true });
    for (const page of ["graphiql", "demo"]) {
      const response = await fetch(`${harness.url}/hire/${page}?a=1`);
      expect(response.url).toBe(`${harness.url}/hire/${page}/?a=1`);
    }
  });

  it("does not let X-Forwarded-Host replace a foreign Host while authentication is off", async () => {
    const harness = await createHarness({ env: { TRUST_PROXY: "loopback" } });
    const headers = { ...JSON_TYPE, host: "evil.example.com", "x-forwarded-host": "localhost" };
    expect((await send(`${harness.url}/graphql`, headers, '{"query":"{__typename}"}')).status).toBe(403);
  });

  it("works as docs/deployment.md says, WebSockets included", async () => {
    const harness = await createHarness({ env: { TRUST_PROXY: "1" } });
    const docs = await readFile(`${ROOT}docs/deployment.md`, "utf8");
    const [, snippet = ""] = /```nginx\n([\s\S]*?)```/.exec(docs) ?? [];
    const { port } = await startNginx(`listen $PORT; ${snippet.replace("http://127.0.0.1:4000", harness.url)}`);
    const live = subscribe("websocket", `http://127.0.0.1:${port}/hire`, { userId: MARKER });
    expect((await live.change()).total).toBeGreaterThan(0);
    await live.end();
  });

  it("counts clients, not the proxy, if TRUST_PROXY names it", async () => {
    const harness = await createHarness({ env: { TRUST_PROXY: "1", MAX_OPERATIONS_PER_SECOND: "1" } });
    const { port } = await startNginx(
      `listen $PORT; location / { proxy_pass ${harness.url}; proxy_set_header X-Forwarded-For "$http_x_client"; }`,
    );
    const ask = (client: string) =>
      fetch(`http://127.0.0.1:${port}/graphql`, {
        method: "POST",
        headers: { ...JSON_TYPE, "x-client": client },
        body: '{"query":"{__typename}"}',
      });
    const answers = await Promise.all(["10.1.1.1", "10.1.1.2", "10.1.1.3", "10.1.1.3"].map(ask));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 429]);
    expect(Number(answers.find(({ status }) => status === 429)?.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("through a forward proxy", () => {
  it("reaches Feishu by HTTPS, below a path, with a certificate of the company", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const { key, cert } = await createCertificate("127.0.0.2");
    const tls = `listen $PORT ssl; ssl_certificate ${cert}; ssl_certificate_key ${key};`;
    const { port } = await startNginx(`${tls} location /egress/ { proxy_pass ${sandbox.url}/; }`, "127.0.0.2");
    const proxy = await startForwardProxy();
    const env = {
      PORT: "0",
      FEISHU_APP_ID: "cli_test",
      FEISHU_APP_SECRET: SANDBOX_SECRET,
      FEISHU_BASE_URL: `https://127.0.0.2:${port}/egress/`,
      HTTPS_PROXY: proxy.url,
    };
    const ask = async (url: string) => {
      const body = JSON.stringify({ query: LIST });
      const response = await fetch(`${url}/graphql`, { method: "POST", headers: JSON_TYPE, body });
      return (await response.json()) as { data?: { examMarkingTasks: { edges: object[] } }; errors?: object[] };
    };
    const trusting = startProcess("node dist/main.js", { ...env, NODE_EXTRA_CA_CERTS: cert });
    const distrusting = startProcess("node dist/main.js", env);
    const direct = startProcess("node dist/main.js", { ...env, NODE_EXTRA_CA_CERTS: cert, NO_PROXY: "127.0.0.2" });
    const answer = await ask(await trusting.printed(/http:\/\/127\.0\.0\.1:\d+/));
    expect(answer.data?.examMarkingTasks.edges).toHaveLength(20);
    expect(await readFile(proxy.log, "utf8")).toContain(`127.0.0.2:${port}`);

    const refused = await ask(await distrusting.printed(/http:\/\/127\.0\.0\.1:\d+/));
    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "UPSTREAM_UNAVAILABLE" } });
    expect(JSON.stringify(refused)).not.toMatch(/SIGNED|CERT/);
    await distrusting.printed(/"reason":"DEPTH_ZERO_SELF_SIGNED_CERT"/);

    const seen = (await readFile(proxy.log, "utf8")).length;
    await ask(await direct.printed(/http:\/\/127\.0\.0\.1:\d+/));
    expect((await readFile(proxy.log, "utf8")).length).toBe(seen);
    await sandbox.close();
  }, 40_000);
});

describe("compression", () => {
  it.each([
    ["br", promisify(brotliDecompress)],
    ["gzip", promisify(gunzip)],
  ])("of answers over 1 kB is %s if the client accepts it", async (coding, decode) => {
    const harness = await createHarness();
    const headers = { ...JSON_TYPE, "accept-encoding": coding };
    const { headers: sent, bytes } = await send(`${harness.url}/graphql`, headers, JSON.stringify({ query: LIST }));
    expect(sent["content-encoding"]).toBe(coding);
    expect(sent.vary).toMatch(/accept-encoding/i);
    expect(JSON.parse(String(await decode(bytes))).data.examMarkingTasks.edges).toHaveLength(20);
    const small = await send(`${harness.url}/graphql`, headers, '{"query":"{__typename}"}');
    expect(small.headers["content-encoding"]).toBeUndefined();
  });

  it("of assets comes from the build", async () => {
    const harness = await createHarness();
    const html = await (await fetch(`${harness.url}/graphiql/`)).text();
    const [, script = ""] = /src="\.([^"]+)"/.exec(html) ?? [];
    const { headers, bytes } = await send(`${harness.url}/graphiql${script}`, { "accept-encoding": "gzip, br" });
    expect(headers).toMatchObject({ "content-encoding": "br", "cache-control": "public, max-age=31536000, immutable" });
    expect((await promisify(brotliDecompress)(bytes)).length).toBeGreaterThan(bytes.length);
  });

  it("of a request is decoded within the limit of bodies, or refused", async () => {
    const harness = await createHarness();
    const ask = (coding: string, body: Buffer) =>
      send(`${harness.url}/graphql`, { ...JSON_TYPE, "content-encoding": coding }, body);
    const good = await ask("gzip", gzipSync('{"query":"{__typename}"}'));
    expect([good.status, String(good.bytes)]).toEqual([200, expect.stringContaining('"__typename":"Query"')]);
    const bomb = await ask("gzip", gzipSync(`{"query":"${" ".repeat(20_000_000)}"}`));
    expect(bomb.status).toBe(413);
    expect((await ask("zstd", Buffer.from("x"))).status).toBe(415);
    expect((await ask("gzip", Buffer.from("not gzip"))).status).toBe(400);
  });

  it("never touches an event stream", async () => {
    const harness = await createHarness();
    const response = await fetch(`${harness.url}/graphql`, {
      method: "POST",
      headers: { ...JSON_TYPE, accept: "text/event-stream", "accept-encoding": "br, gzip" },
      body: JSON.stringify({ query: CHANGED, variables: { userId: MARKER } }),
    });
    expect(response.headers.get("content-encoding")).toBeNull();
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    expect(response.headers.get("cache-control")).toBe("no-cache, no-transform");
    await response.body?.cancel();
  });
});

describe("an event stream by GET", () => {
  const url = (harness: { url: string }): string =>
    `${harness.url}/graphql?query=${encodeURIComponent(CHANGED)}&variables=${encodeURIComponent(JSON.stringify({ userId: MARKER }))}`;

  it("works for a page of this origin, as EventSource opens it", async () => {
    const harness = await createHarness();
    const headers = { accept: "text/event-stream", "sec-fetch-site": "same-origin" };
    const response = await fetch(url(harness), { headers });
    const chunk = await response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("event: next")) text += (await chunk?.read())?.value ?? "";
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    await chunk?.cancel();
  });

  it.each(["cross-site", "same-site"])("is refused to a %s page that CORS_ORIGINS does not name", async (site) => {
    const harness = await createHarness({ env: { CORS_ORIGINS: "https://app.test" } });
    const headers = { accept: "text/event-stream", "sec-fetch-site": site };
    const refused = await fetch(url(harness), { headers });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("must come from a page of this origin");
    expect(harness.calls()).toBe(0);
    const allowed = await fetch(url(harness), { headers: { ...headers, origin: "https://app.test" } });
    expect(allowed.status).toBe(200);
    await allowed.body?.cancel();
  });
});

describe("CORS", () => {
  it("lets browsers remember a preflight, and read what clients need", async () => {
    const harness = await createHarness({ env: { CORS_ORIGINS: "https://app.test" } });
    const preflight = await fetch(`${harness.url}/graphql`, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.test",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,authorization",
      },
    });
    expect(preflight.headers.get("access-control-max-age")).toBe("7200");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type,authorization");
    const answer = await fetch(`${harness.url}/graphql`, {
      method: "POST",
      headers: { ...JSON_TYPE, origin: "https://app.test" },
      body: '{"query":"{__typename}"}',
    });
    expect(answer.headers.get("access-control-expose-headers")).toBe("x-request-id, retry-after, etag");
    expect(answer.headers.get("vary")).toMatch(/origin/i);
  });
});
