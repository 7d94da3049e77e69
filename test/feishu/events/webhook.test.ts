import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/secret.js";
import { affectedBy } from "../../../src/feishu/events/affected.js";
import { decrypt, type FeishuEvent, REPLAY_WINDOW_MS, readWebhook } from "../../../src/feishu/events/webhook.js";
import { createEventService } from "../../../src/sandbox/events.js";

const EXAMPLES = new URL("../../support/feishu/examples/", import.meta.url);
const example = (name: string) => JSON.parse(readFileSync(new URL(name, EXAMPLES), "utf8"));

const documented = example("event.encrypted.webhook.json");
const SENT_AT_MS = Number(documented.headers["X-Lark-Request-Timestamp"]) * 1000;
const secrets = {
  appId: "cli_invented000000",
  encryptKey: new Secret(documented.encrypt_key),
  verificationToken: new Secret("inventedVerificationToken"),
};
const headers = {
  timestamp: documented.headers["X-Lark-Request-Timestamp"],
  nonce: documented.headers["X-Lark-Request-Nonce"],
  signature: documented.headers["X-Lark-Signature"],
};
const body = Buffer.from(documented.raw_body);
const unsigned = { timestamp: undefined, nonce: undefined, signature: undefined };

describe("a webhook", () => {
  it("is decrypted to the plain text of the official SDK's test vector", () => {
    expect(decrypt("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=", new Secret("test key")).toString()).toBe(
      "hello world",
    );
  });

  it("is verified and decrypted from a signed and encrypted example", () => {
    const message = readWebhook(body, headers, secrets, SENT_AT_MS);
    const { header, event } = documented.decrypts_to;
    expect(message).toEqual({
      kind: "event",
      event: { id: header.event_id, type: header.event_type, tenantKey: header.tenant_key, payload: event },
    });
  });

  it("is rejected when a byte of its body or a signature header differs", () => {
    for (let i = 0; i < body.length; i += 7) {
      const altered = Buffer.from(body);
      altered[i] = (altered[i] ?? 0) ^ 1;
      expect(() => readWebhook(altered, headers, secrets, SENT_AT_MS), `byte ${i}`).toThrow("the signature is invalid");
    }
    for (const wrong of [
      { ...headers, nonce: "other" },
      { ...headers, timestamp: String(SENT_AT_MS / 1000 + 1) },
      { ...headers, signature: "0".repeat(64) },
      { ...headers, signature: "" },
      { ...headers, signature: `${headers.signature}00` },
    ]) {
      expect(() => readWebhook(body, wrong, secrets, SENT_AT_MS)).toThrow("the signature is invalid");
    }
  });

  it.each([
    ["unsigned", unsigned, body, secrets, "not signed"],
    ["in the clear", unsigned, Buffer.from(JSON.stringify(documented.decrypts_to)), secrets, "not signed"],
    ["encrypted with another key", unsigned, body, { ...secrets, encryptKey: new Secret("other") }, "not signed"],
    ["for another app", headers, body, { ...secrets, appId: "cli_other" }, "another app"],
    ["of another token", headers, body, { ...secrets, verificationToken: new Secret("other") }, "verification token"],
    ["no JSON", unsigned, Buffer.from("{"), secrets, "not signed"],
    ["a list", unsigned, Buffer.from("[]"), secrets, "not signed"],
    ["empty", unsigned, Buffer.alloc(0), secrets, "not signed"],
  ])("is rejected when it is %s", (_, given, bytes, known, reason) => {
    expect(() => readWebhook(bytes, given, known, SENT_AT_MS)).toThrow(reason);
  });

  it("is rejected when it is older than Feishu's delivery period or from the future", () => {
    expect(readWebhook(body, headers, secrets, SENT_AT_MS + REPLAY_WINDOW_MS).kind).toBe("event");
    for (const ms of [REPLAY_WINDOW_MS + 1000, -6 * 60_000]) {
      expect(() => readWebhook(body, headers, secrets, SENT_AT_MS + ms)).toThrow(
        "the timestamp is more than 8 hours old",
      );
    }
  });

  it("may be an unsigned challenge only when no encrypt key is set", () => {
    const plain = Buffer.from(JSON.stringify(example("event.url_verification.request.json")));
    const open = { ...secrets, encryptKey: null };
    expect(readWebhook(plain, unsigned, open, 0)).toEqual({ kind: "challenge", challenge: "invented-challenge" });
    expect(() => readWebhook(plain, unsigned, secrets, 0)).toThrow("not signed");
  });
});

describe("entities that an event affects", () => {
  const eventOf = (name: string): FeishuEvent => {
    const { header, event } = example(name);
    return { id: header.event_id, type: header.event_type, tenantKey: header.tenant_key, payload: event };
  };

  it.each([
    ["event.hire.application.stage_changed_v1.json", ["application 7300300000000000301"]],
    ["event.hire.application.deleted_v1.json", ["application 7300300000000000301"]],
    ["event.hire.talent.deleted_v1.json", ["talent 7300200000000000201"]],
    ["event.hire.talent.tag_subscription_v1.json", ["talent 7300200000000000201", "application 7300300000000000301"]],
    ["event.hire.offer.status_changed_v1.json", []],
    ["event.hire.eco_exam.created_v1.json", []],
  ])("in %s are %j", (name, affected) => {
    expect(affectedBy(eventOf(name)).map(({ kind, id }) => `${kind} ${id}`)).toEqual(affected);
  });

  it("include a user's ids of every type", () => {
    const payload = { object: { open_id: "ou_1", union_id: "on_1", user_id: "u1", name: "林" } };
    const event = { id: "1", tenantKey: "t", payload };
    for (const type of ["contact.user.updated_v3", "contact.user.deleted_v3"]) {
      expect(affectedBy({ ...event, type }).map(({ id }) => id)).toEqual(["ou_1", "on_1", "u1"]);
    }
  });

  it("are none for an undocumented payload", () => {
    for (const payload of [
      {},
      { application_ids: "x" },
      { application_id: 7 },
      { application_id: "a b" },
      { object: null },
    ]) {
      for (const type of ["hire.application.deleted_v1", "hire.talent.deleted_v1", "contact.user.updated_v3"]) {
        expect(affectedBy({ id: "1", type, tenantKey: null, payload })).toEqual([]);
      }
    }
  });
});

it("the sandbox sends every documented event in a form that the service reads", () => {
  const office = createEventService(() => SENT_AT_MS);
  office.subscribe(secrets.appId, {
    url: "",
    encryptKey: documented.encrypt_key,
    verificationToken: "inventedVerificationToken",
  });
  const names = readdirSync(EXAMPLES).filter((name) => /^event\.(hire|app_ticket)/.test(name));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const { header, event } = example(name);
    const type = header?.event_type ?? "app_ticket";
    const sent = office.request({ appId: secrets.appId, type, tenantKey: "t", event });
    const given = {
      timestamp: sent.headers["x-lark-request-timestamp"],
      nonce: sent.headers["x-lark-request-nonce"],
      signature: sent.headers["x-lark-signature"],
    };
    const message = readWebhook(Buffer.from(sent.body), given, secrets, SENT_AT_MS);
    expect(message, name).toMatchObject({ kind: "event", event: { type, payload: event } });
  }
});
