import "reflect-metadata";
import closeWithGrace from "close-with-grace";
import { buildApp } from "./app.js";
import { systemClock } from "./clock.js";
import { type AppConfig, type Config, ConfigError, parseConfig } from "./config.js";
import { greeting } from "./greeting.js";
import { Secret } from "./secret.js";

/** After SIGTERM, running operations have their whole deadline and this much more before the process ends without them. */
const DRAIN_MARGIN_MS = 5000;

/**
 * Connections that may wait to be taken. Node's own 511 are used up by a burst of new clients, and those that find no place
 * come again after a second or more. The system may allow fewer.
 */
const CONNECTION_BACKLOG = 4096;

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const { config: settled, closeUpstream } = await settleUpstream(config);
  const app = await buildApp(settled, { clock: systemClock, logger: { level: config.logLevel } });
  app.addHook("onClose", closeUpstream);
  const url = await app.listen({ host: config.host, port: config.port, backlog: CONNECTION_BACKLOG });
  process.stdout.write(greeting(url, config.credentials === null));
  closeWithGrace({ delay: config.deadlineMs + DRAIN_MARGIN_MS, logger: app.log }, async ({ err, signal }) => {
    if (err) app.log.fatal({ err }, "closing after an error that nothing caught");
    app.log.info({ signal }, "draining: running operations may finish, new ones are refused");
    await app.close();
  });
}

/** Without credentials the upstream is a sandbox in this process. */
async function settleUpstream(config: Config): Promise<{ config: AppConfig; closeUpstream: () => Promise<void> }> {
  const { credentials } = config;
  if (credentials) return { config: { ...config, credentials }, closeUpstream: async () => {} };
  // Only where it is wanted: what is not loaded does not delay the first answer.
  const [{ startSandbox }, { SANDBOX_SECRET }] = await Promise.all([
    import("./sandbox/server.js"),
    import("./sandbox/access-tokens.js"),
  ]);
  const sandbox = await startSandbox();
  const sandboxed = { appId: "cli_sandbox", appSecret: new Secret(SANDBOX_SECRET) };
  return { config: { ...config, credentials: sandboxed, baseUrl: sandbox.url }, closeUpstream: sandbox.close };
}

try {
  await main();
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(error.message);
    process.exit(2);
  }
  process.stderr.write(`could not start: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
