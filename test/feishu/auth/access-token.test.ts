import { expect, it, onTestFinished } from "vitest";
import { Secret } from "../../../src/core/secret.js";
import { type AccessToken, createAccessToken, selfBuiltToken } from "../../../src/feishu/auth/access-token.js";
import { SANDBOX_SECRET } from "../../../src/sandbox/access-tokens.js";
import type { Sandbox } from "../../../src/sandbox/sandbox.js";
import { startSandbox } from "../../../src/sandbox/server.js";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.js";
import { TOKEN } from "../../support/harness.js";
import { neverAborted, openTransport } from "../../support/upstream.js";

const never = neverAborted();
const MINUTE = 60_000;

interface Setup {
  readonly clock: FakeClock;
  readonly sandbox: Sandbox;
  readonly token: AccessToken;
  readonly requests: () => number;
}

async function setUp(appSecret = SANDBOX_SECRET): Promise<Setup> {
  const clock = createFakeClock();
  const sandbox = await startSandbox({ now: clock.now });
  onTestFinished(() => sandbox.close());
  // The attempt's own timeout must not fire when the test moves the clock by hours.
  const transport = openTransport(sandbox.url, clock, 365 * 24 * 60 * MINUTE);
  const token = createAccessToken(
    selfBuiltToken(transport, { appId: "cli_1", appSecret: new Secret(appSecret) }),
    clock,
  );
  const requests = () => sandbox.calls.get(`POST /open-apis${TOKEN}`) ?? 0;
  return { clock, sandbox, token, requests };
}

/** Resolves when the token differs from `first`: renewal runs in the background. */
const shown = async (token: AccessToken): Promise<string> => (await token.get(never)).reveal();
const renewed = (token: AccessToken, first: string) => expect.poll(() => shown(token)).not.toBe(first);

it("makes one request for 200 concurrent callers", async () => {
  const { token, requests } = await setUp();
  const values = await Promise.all(Array.from({ length: 200 }, () => shown(token)));
  expect(new Set(values).size).toBe(1);
  expect(requests()).toBe(1);
});

it("keeps a token until its last minutes, then takes the new one that Feishu hands out", async () => {
  const { clock, token, requests } = await setUp();
  const first = await shown(token);
  await clock.advance(116 * MINUTE);
  expect(await shown(token)).toBe(first);
  expect(requests()).toBe(1);
  await clock.advance(2 * MINUTE);
  expect(await shown(token)).toBe(first);
  await renewed(token, first);
  expect(requests()).toBe(2);
});

it("renews without delaying calls while the old token is valid", async () => {
  const { clock, sandbox, token, requests } = await setUp();
  const first = await shown(token);
  await clock.advance(118 * MINUTE);
  const hanging = sandbox.faults.arm({ kind: "hold" });
  for (let i = 0; i < 5; i++) expect(await shown(token)).toBe(first);
  hanging.release();
  await renewed(token, first);
  expect(requests()).toBe(2);
});

it("follows the remaining life that Feishu states, which is not always two hours", async () => {
  const { clock, sandbox, token, requests } = await setUp();
  sandbox.tokens.issue("cli_1", SANDBOX_SECRET);
  await clock.advance(85 * MINUTE);
  const first = await shown(token);
  await clock.advance(33 * MINUTE);
  await renewed(token, first);
  expect(requests()).toBe(2);
});

it("discards a rejected token once, however many calls report it", async () => {
  const { sandbox, token, requests } = await setUp();
  const first = await shown(token);
  sandbox.tokens.expireAll();
  token.invalidate(new Secret(first));
  const second = await shown(token);
  token.invalidate(new Secret(first));
  expect(await shown(token)).toBe(second);
  expect(second).not.toBe(first);
  expect(requests()).toBe(2);
});

it("keeps the old token when early renewal fails, and reports the failure once it has expired", async () => {
  const { clock, sandbox, token } = await setUp();
  const first = await shown(token);
  await clock.advance(118 * MINUTE);
  sandbox.faults.arm({ kind: "status", httpStatus: 500, code: 2200, on: { times: 0 } });
  expect(await shown(token)).toBe(first);
  await clock.advance(3 * MINUTE);
  await expect(token.get(never)).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
  sandbox.faults.clear();
  expect(await shown(token)).not.toBe(first);
});

it("reports rejected credentials without repeating them", async () => {
  const { token } = await setUp("not-the-secret");
  const failure = token.get(never);
  await expect(failure).rejects.toMatchObject({ code: "UPSTREAM_PERMISSION_MISSING", upstream: { code: 10014 } });
  await expect(failure).rejects.not.toThrow("not-the-secret");
});

it("lets one caller leave without cancelling the others' request", async () => {
  const { token, requests } = await setUp();
  const leaving = new AbortController();
  const left = token.get(leaving.signal);
  const stayed = token.get(never);
  leaving.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  expect((await stayed).reveal()).toMatch(/^t-/);
  expect(requests()).toBe(1);
});
