import "reflect-metadata";
import closeWithGrace from "close-with-grace";
import { type AppConfig, type Config, ConfigError, parseConfig } from "../config/config.js";
import type { Env } from "../config/env.js";
import { systemClock } from "../core/clock.js";
import { Secret } from "../core/secret.js";
import { withoutAccessDirectives } from "../graph/federation/subgraph.js";
import { buildGraph, printGraph } from "../graph/schema/build.js";
import type { Sandbox } from "../sandbox/sandbox.js";
import { buildApp } from "./app.js";
import { banner } from "./banner.js";
import { parseCommandLine, USAGE } from "./command-line.js";
import { readConfigFiles } from "./config-files.js";
import { readSecretFiles } from "./secret-files.js";

/** Milliseconds beyond the deadline that running operations have after SIGTERM before the process exits. */
const DRAIN_MARGIN_MS = 5000;

/**
 * Connections that may wait to be accepted. A burst of new clients fills Node's default of 511, and rejected clients retry after a
 * second or more. The system may allow fewer.
 */
const CONNECTION_BACKLOG = 4096;

/** Runs the command; ends the process with code 2 for a bad configuration, and with 1 when the service cannot start. */
export async function run(args: readonly string[], env: Env): Promise<void> {
  try {
    await runCommand(args, env);
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(error.message);
      process.exit(2);
    }
    process.stderr.write(`could not start: ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}

async function runCommand(args: readonly string[], env: Env): Promise<void> {
  const command = parseCommandLine(args);
  if (command === "help") return void process.stdout.write(USAGE);
  if (command === "print-schema") return void process.stdout.write(await printGraph());
  if (command === "print-schema-without-access") {
    return void process.stdout.write(withoutAccessDirectives(await printGraph()));
  }
  const files = readSecretFiles(env);
  const config = parseConfig(files.env, files.problems);
  if (command === "print-config") return void process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
  if (command === "check") return checkConfig(config);
  return serve(config);
}

/** Checks everything that could keep the service from starting, without starting it. */
async function checkConfig(config: Config): Promise<void> {
  const schema = await buildGraph();
  await readConfigFiles(config, schema);
  process.stdout.write("configuration is valid\n");
}

async function serve(config: Config): Promise<void> {
  const { config: settled, closeUpstream } = await settleUpstream(config);
  const traces = config.traces && (await openTraces(config.traces));
  let drain = (): void => {};
  const app = await buildApp(settled, {
    clock: systemClock,
    logger: { level: config.logLevel },
    onControls(controls) {
      process.on("SIGHUP", () => void controls.reload());
      drain = controls.drain;
    },
    isOwnProcess: true,
    ...(traces && { traces: traces.provider }),
  });
  app.addHook("onClose", async () => {
    await closeUpstream();
    await traces?.close();
  });
  const delay = config.drainDelayMs + 2 * config.drainGraceMs + config.deadlineMs + DRAIN_MARGIN_MS;
  // Installed before the address is printed, because an earlier signal would end the process without draining.
  closeWithGrace({ delay, logger: app.log, skip: ["SIGHUP"] }, async ({ err, signal }) => {
    if (err) app.log.fatal({ err }, "Closing after an uncaught error");
    drain();
    app.log.info({ signal }, "Draining: reporting not ready, finishing running operations");
    // Load balancers have to see that the service is not ready before it stops listening.
    await systemClock.sleep(config.drainDelayMs);
    await app.close();
  });
  const url = await app.listen({ host: config.host, port: config.port, backlog: CONNECTION_BACKLOG });
  process.stdout.write(banner(url, config.credentials ? null : settled.baseUrl));
}

/** Loads the exporter on demand, because it delays the first response. */
async function openTraces(settings: NonNullable<Config["traces"]>) {
  const { openTraceExport } = await import("../observability/trace-exporter.js");
  return openTraceExport(settings);
}

/** Starts a sandbox in this process as the upstream when there are no credentials. */
async function settleUpstream(config: Config): Promise<{ config: AppConfig; closeUpstream: () => Promise<void> }> {
  const { credentials } = config;
  if (credentials) return { config: { ...config, credentials }, closeUpstream: async () => {} };
  // Loaded on demand, because it delays the first response.
  const [{ startSandbox }, { SANDBOX_SECRET }] = await Promise.all([
    import("../sandbox/server.js"),
    import("../sandbox/access-tokens.js"),
  ]);
  const sandbox = await startSandbox();
  const sandboxed = { appId: "cli_sandbox", appSecret: new Secret(SANDBOX_SECRET) };
  const session = {
    ...config.session,
    accountsUrl: sandbox.url,
    scopes: Object.keys(config.session.scopes).length > 0 ? config.session.scopes : managedBy(sandbox),
  };
  return {
    config: { ...config, credentials: sandboxed, baseUrl: sandbox.url, proxy: null, session },
    closeUpstream: sandbox.close,
  };
}

/** Position in the sandbox of the person who sees every list: the one with 20 tasks. */
const MANAGER = 4;

/** Returns the grants of the sandbox: one person may look at every list. */
function managedBy({ world }: Sandbox): Config["session"]["scopes"] {
  const users = [world.markers[MANAGER]?.ids.open_id ?? ""];
  const grant = { users, departments: [], roles: [] };
  return { "hire:exam:read_all": grant, "hire:talent:pii": grant };
}
