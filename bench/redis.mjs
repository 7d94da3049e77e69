// A Redis of the bench's own, from the PATH.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export async function startRedis(port) {
  const onPort = port ?? (await freePort());
  const options = ["--port", String(onPort), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
  const missing = new Promise((_, reject) => {
    child.once("error", () => reject(new Error("install redis-server (apt-get install redis-server)")));
  });
  const ready = async () => {
    for await (const chunk of child.stdout) if (String(chunk).includes("Ready to accept connections")) break;
  };
  await Promise.race([ready(), missing]);
  return {
    url: `redis://127.0.0.1:${onPort}`,
    port: onPort,
    async kill() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
