import type { FastifyInstance } from "fastify";
import { FAULT_KINDS, type Fault } from "./faults.js";
import type { Sandbox } from "./sandbox.js";

const MARKERS_BODY = {
  type: "object",
  required: ["count"],
  properties: { count: { type: "integer", minimum: 0, maximum: 10_000 } },
};

const FAULT_BODY = { type: "object", required: ["kind"], properties: { kind: { enum: FAULT_KINDS } } };

/**
 * Steers a sandbox that runs alone, over HTTP:
 * `GET /_sandbox/calls` (and `DELETE` to start counting anew), `GET /_sandbox/markers`, `POST /_sandbox/markers {count}`,
 * `POST /_sandbox/faults` (a fault as in `faults.ts`) and `DELETE` to clear them, `POST /_sandbox/tokens/expire`.
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
  app.post<{ Body: Fault }>("/_sandbox/faults", { schema: { body: FAULT_BODY } }, ({ body }, reply) => {
    sandbox.faults.arm(body);
    return reply.code(204).send();
  });
  app.delete("/_sandbox/faults", (_, reply) => {
    sandbox.faults.clear();
    return reply.code(204).send();
  });
  app.post("/_sandbox/tokens/expire", (_, reply) => {
    sandbox.tokens.expireAll();
    return reply.code(204).send();
  });
}
