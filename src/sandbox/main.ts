import { parseArgs } from "node:util";
import { SANDBOX_SECRET } from "./access-tokens.js";
import { startSandbox } from "./server.js";

const { values } = parseArgs({
  options: { port: { type: "string", default: "4001" }, quotas: { type: "string", default: "sliding" } },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535 || !["sliding", "fixed", "off"].includes(values.quotas)) {
  process.stderr.write("usage: sandbox [--port 0..65535] [--quotas sliding|fixed|off]\n");
  process.exit(2);
}
const sandbox = await startSandbox({
  port,
  ...(values.quotas === "off" ? { quotas: {} } : { quotaMode: values.quotas as "sliding" | "fixed" }),
});
process.stdout.write(
  [
    `Feishu Hire sandbox listening at ${sandbox.url}. All people are invented.`,
    `Any app id is accepted with the secret ${SANDBOX_SECRET}. Markers, faults and counters: GET ${sandbox.url}/_sandbox/markers`,
    "",
  ].join("\n"),
);
