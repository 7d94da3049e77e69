import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { auditServer } from "graphql-http";
import { describe, expect, it } from "vitest";
import { createHarness } from "../../support/harness.js";

/** Audits that the service does not pass, with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "5A70": "GET without a header of its own is refused: that is the protection against cross-site requests",
  D6D5: "likewise",
  "6A70": "likewise",
};

it("passes every GraphQL over HTTP audit but the named exceptions", async () => {
  const { url } = await createHarness();
  const results = await auditServer({ url: `${url}/graphql` });
  expect(results.length).toBeGreaterThan(50);
  const rest = results.filter(({ status }) => status !== "ok");
  expect(Object.fromEntries(rest.map(({ id, status }) => [id, status]))).toEqual(
    Object.fromEntries(Object.keys(EXCEPTIONS).map((id) => [id, "notice"])),
  );
});

describe("a request that is not an operation", () => {
  const CASES: readonly [name: string, init: RequestInit, status: number][] = [
    ["broken JSON", { body: "{", headers: { "content-type": "application/json" } }, 400],
    ["an empty body", { body: "", headers: { "content-type": "application/json" } }, 400],
    ["no query", { body: "{}", headers: { "content-type": "application/json" } }, 400],
    ["a form", { body: "query=x", headers: { "content-type": "application/x-www-form-urlencoded" } }, 415],
    ["XML", { body: "<x/>", headers: { "content-type": "text/xml" } }, 415],
    [
      "too much",
      { body: JSON.stringify({ query: "x".repeat(2 ** 20) }), headers: { "content-type": "application/json" } },
      413,
    ],
    ["a batch", { body: '[{"query":"{__typename}"}]', headers: { "content-type": "application/json" } }, 400],
    ["a syntax error", { body: '{"query":"{"}', headers: { "content-type": "application/json" } }, 400],
  ];

  it.each(CASES)("(%s) gets a GraphQL error with its request id", async (_, init, status) => {
    const harness = await createHarness();
    const response = await fetch(`${harness.url}/graphql`, { method: "POST", ...init });
    const { errors } = (await response.json()) as { errors: { extensions: object }[] };
    expect(response.status).toBe(status);
    expect(errors[0]?.extensions).toMatchObject({
      code: "BAD_USER_INPUT",
      retryable: false,
      requestId: response.headers.get("x-request-id"),
    });
    expect(harness.calls()).toBe(0);
  });

  it.each(["[", "a b", "%", ""])("gets HTTP 400 for the malformed host %j", async (host) => {
    const harness = await createHarness();
    const { port } = new URL(harness.url);
    const headers = { host, "content-type": "application/json" };
    const request = httpRequest({ port, path: "/graphql", method: "POST", headers, setHost: false });
    const [response] = (await once(request.end('{"query":"{ __typename }"}'), "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(400);
    expect(harness.log()).not.toContain('"level":50');
  });

  it("is rejected under a foreign host name without authentication", async () => {
    const ask = async (env: Record<string, string>): Promise<number | undefined> => {
      const { url } = await createHarness({ env });
      const headers = { host: "evil.test:4000", "content-type": "application/json" };
      const { port } = new URL(url);
      const request = httpRequest({ port, path: "/graphql", method: "POST", headers, setHost: false });
      const [response] = (await once(request.end('{"query":"{ __typename }"}'), "response")) as [IncomingMessage];
      return response.statusCode;
    };
    expect(await ask({})).toBe(403);
    expect(await ask({ ALLOW_UNAUTHENTICATED: "1" })).toBe(200);
  });

  it("is rejected when it comes from another site's form", async () => {
    const { url } = await createHarness();
    const response = await fetch(`${url}/graphql?query={__typename}`, { headers: { accept: "*/*" } });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("CSRF");
  });
});

describe("browsers on other origins", () => {
  const preflight = (url: string, origin: string) =>
    fetch(`${url}/graphql`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
    });

  it("are allowed only by CORS_ORIGINS", async () => {
    const { url } = await createHarness({ env: { CORS_ORIGINS: "https://app.example.test" } });
    const allowed = await preflight(url, "https://app.example.test");
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://app.example.test");
    const refused = await preflight(url, "https://evil.example.test");
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  });
});
