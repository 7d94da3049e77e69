import { createHmac } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startSandbox } from "../../src/sandbox/server.js";
import { SANDBOX_AUDIENCE, SANDBOX_ISSUER, SANDBOX_TENANT_KEY } from "../../src/sandbox/sign-in.js";
import { createHarness, type Harness } from "../support/harness.js";
import { createSignedInHarness, signedIn } from "../support/signed-in.js";
import { startUpstream } from "../support/upstream.js";

const VIEWER = "{ viewer { userId } }";

/** Everything that a request with these headers gets. */
async function send(harness: Harness, headers: Record<string, string>, query = VIEWER) {
  const response = await fetch(`${harness.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, ...(JSON.parse(text) as LooseAnswer) };
}

interface LooseAnswer {
  readonly data?: { readonly viewer: { readonly userId: string } };
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a request without good credentials", () => {
  const soon = () => Math.floor(Date.now() / 1000) + 600;
  const claims = () => ({
    iss: SANDBOX_ISSUER,
    aud: SANDBOX_AUDIENCE,
    sub: "ou_x",
    tenant: SANDBOX_TENANT_KEY,
    exp: soon(),
  });

  const ATTACKS: Readonly<Record<string, (harness: Harness) => Promise<Record<string, string>>>> = {
    "no header": async () => ({}),
    "an empty bearer": async () => ({ authorization: "Bearer " }),
    "another scheme": async () => ({ authorization: "Basic dXNlcjpwYXNz" }),
    "two tokens": async () => ({ authorization: "Bearer a b" }),
    "no token at all": async () => ({ authorization: "Bearer not.a.token" }),
    "alg none": async () => ({ authorization: `Bearer ${encode({ alg: "none" })}.${encode(claims())}.` }),
    "a shared secret made of the public key": async ({ sandbox }) => {
      const { keys } = (await sandbox.signIn.jwks()) as { keys: { kid: string }[] };
      const head = encode({ alg: "HS256", kid: keys[0]?.kid ?? "" });
      const body = encode(claims());
      const signature = createHmac("sha256", JSON.stringify(keys[0])).update(`${head}.${body}`).digest("base64url");
      return { authorization: `Bearer ${head}.${body}.${signature}` };
    },
    "a key of one's own in the header": async () => {
      const { privateKey, publicKey } = await generateKeyPair("ES256");
      const jwk = await exportJWK(publicKey);
      const token = await new SignJWT(claims()).setProtectedHeader({ alg: "ES256", jwk }).sign(privateKey);
      return { authorization: `Bearer ${token}` };
    },
    "a key of one's own under the published name": async ({ sandbox }) => {
      const { keys } = (await sandbox.signIn.jwks()) as { keys: { kid: string }[] };
      const { privateKey } = await generateKeyPair("ES256");
      const token = await new SignJWT(claims())
        .setProtectedHeader({ alg: "ES256", kid: keys[0]?.kid ?? "" })
        .sign(privateKey);
      return { authorization: `Bearer ${token}` };
    },
    "an altered payload": async (harness) => {
      const { authorization = "" } = await signedIn(harness, "ou_a");
      const [head, , signature] = authorization.split(".");
      return { authorization: `${head}.${encode(claims())}.${signature}` };
    },
    "another audience": (harness) => signedIn(harness, "ou_a", [], { aud: "another" }),
    "another issuer": (harness) => signedIn(harness, "ou_a", [], { iss: "https://evil.test" }),
    "an expired token": (harness) => signedIn(harness, "ou_a", [], { exp: Math.floor(Date.now() / 1000) - 60 }),
    "a token that never ends": (harness) => signedIn(harness, "ou_a", [], { exp: undefined }),
    "a token of the future": (harness) => signedIn(harness, "ou_a", [], { nbf: Math.floor(Date.now() / 1000) + 600 }),
    "another tenant": (harness) => signedIn(harness, "ou_a", [], { tenant: "another" }),
    "no tenant": (harness) => signedIn(harness, "ou_a", [], { tenant: undefined }),
    "no user": (harness) => signedIn(harness, "", []),
    "a user that is no text": (harness) => signedIn(harness, "ou_a", [], { sub: 7 }),
  };

  it.each(Object.entries(ATTACKS))(
    "(%s) gets HTTP 401 and a GraphQL error, and costs nothing",
    async (_, headersOf) => {
      const harness = await createSignedInHarness();
      const headers = await headersOf(harness);
      const answer = await send(harness, headers, '{ talent(id: "7300200000000000000") { name } }');
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(answer.errors?.map(({ extensions }) => [extensions.code, typeof extensions.requestId])).toEqual([
        ["UNAUTHENTICATED", "string"],
      ]);
      expect(harness.calls()).toBe(0);
      const token = headers.authorization?.replace("Bearer ", "");
      if (token && token.length > 20) expect(answer.text + harness.log()).not.toContain(token);
    },
  );

  it("gets the page of GraphiQL all the same, for that asks nothing", async () => {
    const { url } = await createSignedInHarness();
    const page = await fetch(`${url}/graphql`, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  });
});

describe("an issuer's keys", () => {
  afterEach(() => void vi.useRealTimers());

  it("are fetched once for many tokens, and anew when a token names one that is not known", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const harness = await createSignedInHarness();
    const before = await signedIn(harness, "ou_a");
    expect((await send(harness, before)).status).toBe(200);
    harness.sandbox.signIn.rotateKey();
    const after = await signedIn(harness, "ou_a");
    // The address is not asked more often than every half minute.
    vi.setSystemTime(Date.now() + 31_000);
    expect((await send(harness, after)).status).toBe(200);
    expect((await send(harness, before)).status).toBe(401);
  });

  it("stay good while their server is away", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const sandbox = await startSandbox({ quotas: {} });
    let isAway = false;
    const keyServer = await startUpstream(async (_, response) => {
      if (isAway) response.socket?.destroy();
      else response.setHeader("content-type", "application/json").end(JSON.stringify(await sandbox.signIn.jwks()));
    });
    const harness = await createSignedInHarness({ sandbox, env: { JWT_JWKS_URL: keyServer } });
    expect((await send(harness, await signedIn(harness, "ou_a"))).status).toBe(200);
    isAway = true;
    vi.setSystemTime(Date.now() + 700_000);
    const later = await signedIn(harness, "ou_a", [], { exp: Math.floor(Date.now() / 1000) + 600 });
    expect((await send(harness, later)).status).toBe(200);
  });

  it("that were never had let nobody in", async () => {
    const harness = await createSignedInHarness({ env: { JWT_JWKS_URL: "http://127.0.0.1:1/keys" } });
    const answer = await send(harness, await signedIn(harness, "ou_a"));
    expect(answer.data).toBeUndefined();
    expect(answer.status).toBeGreaterThanOrEqual(401);
  });
});

describe("a user_access_token of Feishu's", () => {
  const USER_INFO = "/authen/v1/user_info";
  const startFeishu = (env: Record<string, string> = {}) =>
    createHarness({ env: { AUTH_MODE: "feishu", FEISHU_TENANT_KEY: SANDBOX_TENANT_KEY, ...env } });
  const tokenOf = ({ sandbox }: Harness) => {
    const [marker] = sandbox.world.markers;
    if (!marker) throw new Error("the sandbox has no markers");
    return { marker, headers: { authorization: `Bearer ${sandbox.signIn.issueUserToken(marker)}` } };
  };

  it("says who it is, by every kind of id, and is asked about once", async () => {
    const harness = await startFeishu();
    const { marker, headers } = tokenOf(harness);
    const own = `{ viewer { userId name } examMarkingTasks(userId: "${marker.ids.user_id}", userIdType: USER_ID, first: 1) { edges { cursor } } }`;
    const answers = await Promise.all([1, 2, 3].map(() => send(harness, headers, own)));
    expect(answers.map(({ status, errors }) => [status, errors])).toEqual(Array(3).fill([200, undefined]));
    expect(answers[0]?.data?.viewer).toEqual({ userId: marker.ids.open_id, name: marker.name.zh });
    expect(harness.calls(USER_INFO)).toBe(1);
  });

  it("of another tenant lets nobody in", async () => {
    const harness = await startFeishu({ FEISHU_TENANT_KEY: "ours" });
    expect((await send(harness, tokenOf(harness).headers)).status).toBe(401);
  });

  it("that is nobody's is refused, though Feishu says so with HTTP 200, and is not asked about each time", async () => {
    const harness = await startFeishu();
    const headers = { authorization: "Bearer u-nobody" };
    for (let i = 0; i < 3; i++) expect((await send(harness, headers)).status).toBe(401);
    expect(harness.calls(USER_INFO)).toBe(1);
  });

  it("cannot be checked while Feishu is away: that is not the caller's fault", async () => {
    const harness = await startFeishu();
    harness.sandbox.faults.arm({ kind: "reset", on: { contains: "user_info", times: 0 } });
    const answer = await send(harness, tokenOf(harness).headers);
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([503, "UPSTREAM_UNAVAILABLE"]);
  });
});
