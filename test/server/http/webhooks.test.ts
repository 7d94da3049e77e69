import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/core/clock.js";
import type { WebhookRequest } from "../../../src/sandbox/events.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { createHarness, type Harness, TALENT } from "../../support/harness.js";
import { EVENTS_ENV, registerWebhook } from "../../support/store-app.js";

const APP = "cli_test";
const HELD = {
  CACHE_TTL_JOB_S: "300",
  CACHE_TTL_TALENT_S: "300",
  CACHE_TTL_APPLICATION_S: "300",
  CACHE_TTL_USER_S: "300",
};

async function createListener(env: Readonly<Record<string, string>> = {}): Promise<Harness> {
  const harness = await createHarness({ env: { ...EVENTS_ENV, ...HELD, ...env } });
  registerWebhook(harness.sandbox, harness.url);
  return harness;
}

async function post({ url }: Harness, { headers, body }: WebhookRequest) {
  const response = await fetch(`${url}/webhooks/feishu`, { method: "POST", headers, body });
  return { status: response.status, body: await response.json() };
}

/** Returns the talent of the first task, with a query that reads it. */
function talentOf({ sandbox }: Harness) {
  const id = sandbox.world.markers[0]?.tasks[0]?.talent_id ?? "";
  return { id, query: `{ talent(id: "${id}") { name } }` };
}

describe("POST /webhooks/feishu", () => {
  it("echoes the challenge when the address is registered", async () => {
    const { sandbox } = await createListener();
    const response = await sandbox.webhooks.challenge(APP, "echo-me");
    expect(response?.status).toBe(200);
    expect(await response?.json()).toEqual({ challenge: "echo-me" });
  });

  it("invalidates only what an event names", async () => {
    const harness = await createListener();
    const { sandbox } = harness;
    const talent = talentOf(harness);
    const other = sandbox.world.markers[0]?.tasks[1];
    const ask = async () => {
      await harness.askText(talent.query);
      await harness.askText(`{ job(id: "${other?.job_id}") { title } }`);
    };
    await ask();
    await ask();
    expect([harness.calls(TALENT), harness.calls()]).toEqual([1, 2]);
    const response = await sandbox.webhooks.send({
      appId: APP,
      type: "hire.talent.deleted_v1",
      tenantKey: "t",
      event: { talent_id: talent.id },
    });
    expect(response?.status).toBe(200);
    await ask();
    expect([harness.calls(TALENT), harness.calls()]).toEqual([2, 3]);
  });

  it("does not cache a read during which the entity changed", async () => {
    const harness = await createListener();
    const talent = talentOf(harness);
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "talents/" } });
    const first = harness.askText(talent.query);
    await harness.callsReach(1);
    await harness.sandbox.webhooks.send({
      appId: APP,
      type: "hire.talent.deleted_v1",
      tenantKey: "t",
      event: { talent_id: talent.id },
    });
    held.release();
    expect((await first).data.talent.name).toEqual(expect.any(String));
    await harness.askText(talent.query);
    expect(harness.calls(TALENT)).toBe(2);
  });

  it("processes an event once, however often it is delivered", async () => {
    const harness = await createListener();
    const talent = talentOf(harness);
    const event = {
      appId: APP,
      type: "hire.talent.deleted_v1",
      tenantKey: "t",
      id: "event-1",
      event: { talent_id: talent.id },
    };
    await harness.sandbox.webhooks.send(event);
    await harness.askText(talent.query);
    for (let i = 0; i < 3; i++) expect((await harness.sandbox.webhooks.send(event))?.status).toBe(200);
    await harness.askText(talent.query);
    expect(harness.calls(TALENT)).toBe(1);
  });

  it("rejects forged requests without invalidating anything or leaking a secret", async () => {
    const harness = await createListener();
    const talent = talentOf(harness);
    await harness.askText(talent.query);
    const event = { appId: APP, type: "hire.talent.deleted_v1", tenantKey: "t", event: { talent_id: talent.id } };
    const good = harness.sandbox.webhooks.request(event);
    const { "content-type": type = "", ...signature } = good.headers;
    const attacks: Readonly<Record<string, WebhookRequest>> = {
      unsigned: { headers: { "content-type": type }, body: good.body },
      "in the clear": {
        headers: good.headers,
        body: JSON.stringify({
          schema: "2.0",
          header: { event_id: "1", event_type: event.type, app_id: APP },
          event: event.event,
        }),
      },
      tampered: { headers: good.headers, body: good.body.replace(/.{4}"\}$/, 'AAAA"}') },
      "signed for another body": { headers: good.headers, body: JSON.stringify({ encrypt: "AAAA" }) },
      "of another time": { headers: { ...good.headers, "x-lark-request-timestamp": "1" }, body: good.body },
      "no JSON": { headers: { "content-type": type }, body: "{" },
      "no object": { headers: { "content-type": type }, body: "[]" },
      "of another kind": { headers: { ...signature, "content-type": "text/plain" }, body: good.body },
      empty: { headers: { "content-type": type }, body: "" },
      oversized: { headers: good.headers, body: `{"encrypt":"${"A".repeat(300_000)}"}` },
    };
    for (const [name, attack] of Object.entries(attacks)) {
      const { status, body } = await post(harness, attack);
      expect(status, name).toBeGreaterThanOrEqual(400);
      expect(status, name).toBeLessThan(500);
      expect(JSON.stringify(body), name).not.toMatch(/encrypt-key-of|verification-token-of/);
    }
    await harness.askText(talent.query);
    expect(harness.calls(TALENT)).toBe(1);
    expect(harness.log()).not.toMatch(/encrypt-key-of|verification-token-of/);
    expect((await post(harness, good)).status).toBe(200);
    await harness.askText(talent.query);
    expect(harness.calls(TALENT)).toBe(2);
  });

  it("rejects an old request despite its valid signature", async () => {
    const clock = createFakeClock(systemClock.now());
    const harness = await createHarness({ env: { ...EVENTS_ENV, ...HELD }, clock });
    registerWebhook(harness.sandbox, harness.url);
    const old = harness.sandbox.webhooks.request({
      appId: APP,
      type: "hire.talent.deleted_v1",
      tenantKey: "t",
      event: {},
    });
    await clock.advance(9 * 3_600_000);
    expect((await post(harness, old)).status).toBe(401);
  });

  it("returns HTTP 404 when events are not configured", async () => {
    const harness = await createHarness();
    expect((await fetch(`${harness.url}/webhooks/feishu`, { method: "POST", body: "{}" })).status).toBe(404);
  });
});
