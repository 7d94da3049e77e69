// Packs the package, installs the tarball in an empty folder, and queries the service there. npm run release:check
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "release-check-"));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });

try {
  run("npm", ["pack", "--pack-destination", folder], root);
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true }));
  run("npm", ["install", "--no-audit", "--no-fund", `./${tarball}`], folder);
  console.log(run("npx", ["feishu-hire-graphql", "--check"], folder).trim());

  // This is what npx would run, without npx itself, which does not always forward the signal.
  const service = spawn(process.execPath, [join(folder, "node_modules", ".bin", "feishu-hire-graphql")], {
    cwd: folder,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise((resolve, reject) => {
    let printed = "";
    service.stdout.on("data", (chunk) => {
      printed += chunk;
      const [, found] = /GraphQL +(\S+)\n/.exec(printed) ?? [];
      if (found) resolve(found);
    });
    service.on("exit", (code) => reject(new Error(`the service exited with ${code} before it was ready: ${printed}`)));
  });
  const query =
    '{ examMarkingTasks(userId: "ou_e6139117c300506837def50545420c6a", first: 3) { edges { node { job { title } talent { name } } } } }';
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await answer.json();
  const page = await fetch(url.replace("/graphql", "/graphiql/"));
  service.removeAllListeners("exit");
  service.kill("SIGTERM");
  const [code] = await once(service, "exit");
  if (code !== 0) throw new Error(`the service exited with ${code} on SIGTERM, expected 0`);
  if (errors || data.examMarkingTasks.edges.length !== 3)
    throw new Error(`the query failed: ${JSON.stringify(errors)}`);
  if (page.status !== 200) throw new Error(`the GraphiQL page returned status ${page.status}, expected 200`);
  console.log("the packed package installed, started on the sandbox, answered a query and served its page");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
