import type { FastifyInstance } from "fastify";
import type { SandboxEvent, Subscription } from "./events.js";
import { FAULT_KINDS, type Fault } from "./faults.js";
import type { Sandbox } from "./sandbox.js";
import { MARKED, PENDING } from "./world.js";

const MARKERS_BODY = {
  type: "object",
  required: ["count"],
  properties: { count: { type: "integer", minimum: 0, maximum: 10_000 } },
};

const count = { type: "integer", minimum: 0, maximum: 1000, default: 0 };
const TASKS_BODY = {
  type: "object",
  required: ["open_id"],
  properties: { open_id: { type: "string" }, add: count, mark: count },
};

const USER_TOKEN_BODY = { type: "object", required: ["open_id"], properties: { open_id: { type: "string" } } };

const SUBSCRIPTION_BODY = {
  type: "object",
  required: ["url"],
  properties: { url: { type: "string" }, encryptKey: { type: "string" }, verificationToken: { type: "string" } },
};

const EVENT_BODY = {
  type: "object",
  required: ["appId", "type"],
  properties: {
    appId: { type: "string" },
    type: { type: "string" },
    tenantKey: { type: "string" },
    id: { type: "string" },
    event: { type: "object" },
  },
};

const FAULT_BODY = { type: "object", required: ["kind"], properties: { kind: { enum: FAULT_KINDS } } };

/**
 * Adds HTTP routes that control a standalone sandbox.
 * Calls: `GET /_sandbox/calls` (and `DELETE` to reset the counters).
 * Markers: `GET /_sandbox/markers`, `POST /_sandbox/markers {count}`.
 * Tasks: `POST /_sandbox/tasks {open_id, add, mark}` adds tasks at the head of a marker's list and marks pending ones.
 * Faults: `POST /_sandbox/faults` (a fault as in `faults.ts`) and `DELETE` to clear them, `POST
 * /_sandbox/tokens/expire`.
 * Events: `PUT /_sandbox/webhooks/:app_id {url, encryptKey, verificationToken}`,
 * `POST /_sandbox/events {appId, type, tenantKey, event}`.
 * Sign-in: `POST /_sandbox/user-tokens {open_id}`, `POST /_sandbox/jwt {claims}`, `GET /_sandbox/jwks`,
 * `POST /_sandbox/jwks/rotate`.
 */
export function addControlRoutes(app: FastifyInstance, sandbox: Omit<Sandbox, "url">): void {
  app.get("/_sandbox/calls", () => ({
    calls: Object.fromEntries(sandbox.calls),
    throttled: sandbox.throttledCalls(),
  }));
  app.delete("/_sandbox/calls", (_, reply) => {
    sandbox.calls.clear();
    return reply.code(204).send();
  });
  app.get("/_sandbox/markers", () =>
    sandbox.world.markers.map(({ name, ids, tasks }) => ({ name, ids, tasks: tasks.length })),
  );
  app.post<{ Body: { count: number } }>("/_sandbox/markers", { schema: { body: MARKERS_BODY } }, ({ body }) => {
    const { name, ids, tasks } = sandbox.world.addMarker(body.count);
    return { name, ids, tasks: tasks.length };
  });
  app.post<{ Body: { open_id: string; add: number; mark: number } }>(
    "/_sandbox/tasks",
    { schema: { body: TASKS_BODY } },
    ({ body: { open_id, add, mark } }, reply) => {
      const marker = sandbox.world.markers.find(({ ids }) => ids.open_id === open_id);
      if (!marker) return reply.code(404).send({ message: "no marker has this open_id" });
      const marked = marker.tasks.filter(({ activity_status }) => activity_status === PENDING).slice(0, mark);
      for (const task of marked) task.activity_status = MARKED;
      const added = Array.from({ length: add }, () => ({ ...sandbox.world.newTask(), activity_status: PENDING }));
      marker.tasks.unshift(...added);
      return { added: added.map(({ id }) => id), marked: marked.map(({ id }) => id) };
    },
  );
  app.post<{ Body: Fault }>("/_sandbox/faults", { schema: { body: FAULT_BODY } }, ({ body }, reply) => {
    sandbox.faults.arm(body);
    return reply.code(204).send();
  });
  app.delete("/_sandbox/faults", (_, reply) => {
    sandbox.faults.clear();
    return reply.code(204).send();
  });
  app.put<{ Params: { app_id: string }; Body: Subscription }>(
    "/_sandbox/webhooks/:app_id",
    { schema: { body: SUBSCRIPTION_BODY } },
    ({ params, body }, reply) => {
      sandbox.webhooks.subscribe(params.app_id, body);
      return reply.code(204).send();
    },
  );
  app.post<{ Body: SandboxEvent }>("/_sandbox/events", { schema: { body: EVENT_BODY } }, async ({ body }) => {
    const response = await sandbox.webhooks.send(body);
    return { answered: response?.status ?? null };
  });
  app.post<{ Body: { open_id: string } }>(
    "/_sandbox/user-tokens",
    { schema: { body: USER_TOKEN_BODY } },
    ({ body }, reply) => {
      const marker = sandbox.world.markers.find(({ ids }) => ids.open_id === body.open_id);
      if (!marker) return reply.code(404).send({ message: "no marker has this open_id" });
      return { user_access_token: sandbox.signIn.issueUserToken(marker) };
    },
  );
  app.post<{ Body: Record<string, unknown> }>("/_sandbox/jwt", async ({ body }) => ({
    token: await sandbox.signIn.signJwt(body ?? {}),
  }));
  app.get("/_sandbox/jwks", () => sandbox.signIn.jwks());
  app.post("/_sandbox/jwks/rotate", (_, reply) => {
    sandbox.signIn.rotateKey();
    return reply.code(204).send();
  });
  app.post("/_sandbox/tokens/expire", (_, reply) => {
    sandbox.tokens.expireAll();
    return reply.code(204).send();
  });
}
