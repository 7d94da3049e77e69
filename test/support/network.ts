import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { ensureProgram, type Program } from "./debian.js";

const toInstall = (name: string): string =>
  `The tests need ${name}: install Debian's package (apt-get install ${name}).`;

const NGINX: Program = {
  command: "nginx",
  arguments: ["-v"],
  debianPackage: "nginx-light",
  missing: toInstall("nginx-light"),
};
const TINYPROXY: Program = {
  command: "tinyproxy",
  arguments: ["-v"],
  debianPackage: "tinyproxy-bin",
  missing: toInstall("tinyproxy-bin"),
};
const OPENSSL: Program = {
  command: "openssl",
  arguments: ["version"],
  debianPackage: "openssl",
  missing: toInstall("openssl"),
};

/** Returns a port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves once something listens on `port`. */
async function listening(host: string, port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, host);
    const isOpen = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await nextTurn();
  }
}

/** Runs a program in the foreground; it ends with the test. */
async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: "ignore" });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
}

/** Starts a real nginx with one server block and returns its address; it ends with the test. */
export async function startNginx(server: string, host = "127.0.0.1"): Promise<{ readonly port: number }> {
  await ensureProgram(NGINX);
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  const port = await freePort();
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const config = `worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http { access_log off; ${paths.join(" ")}
  server { ${server.replaceAll("$PORT", `${host}:${port}`)} } }`;
  await writeFile(join(folder, "nginx.conf"), config);
  await run("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")]);
  await listening(host, port);
  return { port };
}

/** Starts a real forward proxy and returns its address and the path of its log; it ends with the test. */
export async function startForwardProxy(rules = ""): Promise<{ readonly url: string; readonly log: string }> {
  await ensureProgram(TINYPROXY);
  const folder = await mkdtemp(join(tmpdir(), "proxy-"));
  const port = await freePort();
  const log = join(folder, "log");
  await writeFile(
    join(folder, "conf"),
    `Port ${port}\nListen 127.0.0.1\nLogFile "${log}"\nLogLevel Connect\n${rules}\n`,
  );
  await run("tinyproxy", ["-d", "-c", join(folder, "conf")]);
  await listening("127.0.0.1", port);
  return { url: `http://127.0.0.1:${port}`, log };
}

/** Creates a self-signed certificate for one IP address. */
export async function createCertificate(address: string): Promise<{ readonly key: string; readonly cert: string }> {
  await ensureProgram(OPENSSL);
  const folder = await mkdtemp(join(tmpdir(), "tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test".split(" ");
  const files = ["-addext", `subjectAltName=IP:${address}`, "-keyout", key, "-out", cert];
  const child = spawn(OPENSSL.command, [...request, ...files]);
  await once(child, "exit");
  return { key, cert };
}
