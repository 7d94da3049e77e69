// Counts the requests that are lost when a service ends under load: 200 a second over 20 kept-alive connections, 20 runs.
// npm run bench:drain -- [runs]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const RUNS = Number(process.argv[2] ?? 20);
const CLIENTS = 20;
const PER_CLIENT_MS = 100;

/** Sends one request; resolves with the status, or the code of the failure. */
const send = (url, agent) =>
  new Promise((resolve) => {
    const outgoing = request(
      url,
      { method: "POST", agent, headers: { "content-type": "application/json" } },
      (incoming) => {
        incoming.resume().on("end", () => resolve(incoming.statusCode));
      },
    );
    outgoing.on("error", ({ code }) => resolve(code)).end('{"query":"{__typename}"}');
  });

async function runOnce() {
  const service = spawn(process.execPath, ["dist/main.js"], { env: { PATH: process.env.PATH, PORT: "0" } });
  let output = "";
  for await (const chunk of service.stdout) {
    output += chunk;
    if (/GraphQL +\S+/.test(output)) break;
  }
  service.stdout.resume();
  const [, url] = /GraphQL +(\S+)/.exec(output);
  const counts = {};
  const work = Array.from({ length: CLIENTS }, async (_, i) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await delay((i * PER_CLIENT_MS) / CLIENTS);
    for (;;) {
      const outcome = await send(url, agent);
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      // Another replica gets the next request.
      if (outcome === "ECONNREFUSED") return agent.destroy();
      await delay(PER_CLIENT_MS);
    }
  });
  await delay(1500 + Math.random() * 200);
  service.kill("SIGTERM");
  await once(service, "exit");
  await Promise.all(work);
  return counts;
}

let lost = 0;
for (let run = 1; run <= RUNS; run++) {
  const { 200: answered = 0, ECONNREFUSED: refused = 0, ...others } = await runOnce();
  const ofRun = Object.values(others).reduce((sum, count) => sum + count, 0);
  lost += ofRun;
  console.log(`run ${run}: ${answered} answered, ${refused} clients found it closed, ${ofRun} lost`, others);
}
console.log(`${lost} requests lost in ${RUNS} runs`);
