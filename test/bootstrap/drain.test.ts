import { Agent, request } from "node:http";
import { describe, expect, it } from "vitest";
import { startProcess } from "../support/process.js";

const BODY = '{"query":"{__typename}"}';

/**
 * Sends one request over a kept-alive connection. Resolves with its status, `lost` if a used connection failed, or `refused` if
 * a new one did: a balancer then sends the request to another replica.
 */
const send = (url: string, agent: Agent): Promise<number | "lost" | "refused"> =>
  new Promise((resolve) => {
    const headers = { "content-type": "application/json" };
    const outgoing = request(url, { method: "POST", agent, headers }, (incoming) => {
      incoming.resume().on("end", () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on("error", () => resolve(outgoing.reusedSocket ? "lost" : "refused")).end(BODY);
  });

describe("SIGTERM with a stalled upload", () => {
  it("does not wait for the rest of the request", async () => {
    const service = startProcess("node dist/main.js", { PORT: "0", DRAIN_GRACE_MS: "100" });
    const url = await service.printed(/GraphQL +(\S+)/);
    const headers = { "content-type": "application/json", "content-length": "100" };
    const upload = request(url, { method: "POST", headers });
    upload.on("error", () => {});
    upload.write('{"que');
    await new Promise((resolve) => upload.once("socket", (socket) => socket.once("connect", resolve)));
    await send(url, new Agent());
    service.process.kill("SIGTERM");
    expect(await service.exit()).toBe(0);
  });
});

describe("SIGTERM under load on kept-alive connections", () => {
  it("loses no request on a connection that it keeps alive", async () => {
    const service = startProcess("node dist/main.js", { PORT: "0", DRAIN_GRACE_MS: "500" });
    const url = await service.printed(/GraphQL +(\S+)/);
    const clients = Array.from({ length: 20 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const outcomes = new Map<number | string, number>();
    let isOver = false;
    const work = clients.map(async (agent) => {
      while (!isOver) {
        const outcome = await send(url, agent);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if (outcome === "refused") return;
      }
    });
    while ((outcomes.get(200) ?? 0) < 500) await new Promise((resolve) => setImmediate(resolve));
    service.process.kill("SIGTERM");
    expect(await service.exit()).toBe(0);
    isOver = true;
    await Promise.all(work);
    for (const agent of clients) agent.destroy();
    expect([...outcomes.keys()].toSorted()).toEqual([200, "refused"]);
  });
});
