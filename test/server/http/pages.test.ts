import { describe, expect, it } from "vitest";
import { createHarness } from "../../support/harness.js";

const html = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };

describe("GraphiQL", () => {
  it.each(["/graphiql", "/graphiql/", "/graphql"])(
    "is served at %s, with every asset from the same origin",
    async (path) => {
      const { url } = await createHarness();
      const response = await fetch(url + path, html);
      const page = await response.text();
      expect(response.status).toBe(200);
      const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, at]) => String(at));
      const urls = assets.filter((at) => at !== "data:,").map((at) => String(new URL(at, response.url)));
      expect(urls.every((at) => at.startsWith(`${url}/graphiql/assets/`))).toBe(true);
      expect(urls.length).toBeGreaterThan(2);
      for (const at of urls) {
        const asset = await fetch(at);
        expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(0);
        expect([asset.status, asset.headers.get("cache-control")]).toEqual([
          200,
          "public, max-age=31536000, immutable",
        ]);
      }
    },
  );

  it("has a content security policy without external sources and inline scripts", async () => {
    const { url } = await createHarness();
    const policy = (await fetch(`${url}/graphiql/`, html)).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/https?:|\*/);
  });

  it("does not replace /graphql for requests with a query", async () => {
    const { url } = await createHarness();
    const headers = { "apollo-require-preflight": "1" };
    const query = await fetch(`${url}/graphql?query={__typename}`, { headers: { ...headers, ...html.headers } });
    expect(await query.json()).toMatchObject({ data: { __typename: "Query" } });
  });
});

describe("the demo", () => {
  it("is served at /demo/ only with the sandbox", async () => {
    const { url } = await createHarness({ isSandbox: true });
    const page = await fetch(`${url}/demo`, html);
    expect([page.status, page.url]).toEqual([200, `${url}/demo/`]);
    expect((await fetch(`${(await createHarness()).url}/demo/`, html)).status).toBe(404);
  });

  it("is served without GraphiQL, too", async () => {
    const { url } = await createHarness({ isSandbox: true, env: { GRAPHIQL: "off" } });
    expect((await fetch(`${url}/demo/`, html)).status).toBe(200);
    expect((await fetch(`${url}/graphiql/`, html)).status).toBe(404);
  });
});

describe("health", () => {
  it("is reported without a call", async () => {
    const harness = await createHarness();
    for (const path of ["/health/live", "/health/ready"]) {
      const response = await fetch(harness.url + path);
      expect([response.status, await response.json()]).toMatchObject([200, { status: "ok" }]);
    }
    expect(harness.sandbox.calls.size).toBe(0);
  });
});
