// `npm run demo:supergraph`: runs the service on its sandbox, another team's subgraph, and a gateway in front of both.
import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startGateway } from "./gateway.mjs";
import { NOTES_SDL, startNotes } from "./notes-subgraph.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const port = Number(process.env.PORT ?? 4010);
const secret = "demo-gateway-secret";

/** Starts the service as its own process on the embedded sandbox and returns its URL. */
function startService() {
  const env = { PATH: process.env.PATH, PORT: "0", GATEWAY_SECRET: secret, LOG_LEVEL: "warn" };
  const child = spawn(process.execPath, [path("../../dist/main.js")], { env, stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => child.kill());
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const [, url] = /GraphQL +(\S+)\n/.exec(printed) ?? [];
      if (url) resolve(url);
    });
    child.on("exit", () => reject(new Error("the service has ended")));
  });
}

const hire = {
  name: "hire",
  url: await startService(),
  // This gateway refuses directives that it cannot enforce; the service enforces them itself.
  sdl: execFileSync(process.execPath, [path("../../dist/main.js"), "--print-schema", "--without-access-directives"], {
    encoding: "utf8",
  }),
  secret,
};
const notes = { name: "notes", url: (await startNotes(0)).url, sdl: NOTES_SDL };
const gateway = await startGateway([hire, notes], port);

const query =
  '{ examMarkingTasks(userId: "ou_e6139117c300506837def50545420c6a", first: 2) { edges { node { id notes(first: 1) { edges { node { text } } } talent { name badge } } } } }';
process.stdout.write(`
  Supergraph  ${gateway.url}
  Subgraphs   hire ${hire.url}
              notes ${notes.url}

  One query across both:

  curl -s ${gateway.url} -H 'content-type: application/json' -d '${JSON.stringify({ query })}'

`);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
