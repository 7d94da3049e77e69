import { parseArgs } from "node:util";
import { ConfigError } from "../config/config.js";

/** Task of one run of the command. */
export type Command = "serve" | "check" | "print-config" | "help";

/** Text of `--help`. */
export const USAGE = `usage: feishu-hire-graphql [--check | --print-config | --help]

  --check         validates the configuration and exits
  --print-config  prints the configuration without its secrets and exits

Environment variables configure the service: see docs/configuration.md. Without any it runs on an embedded sandbox.
`;

/**
 * Reads the arguments of the command.
 * @throws {ConfigError} for an unknown argument.
 */
export function parseCommandLine(args: readonly string[]): Command {
  const options = {
    check: { type: "boolean" },
    "print-config": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return "help";
    if (values["print-config"]) return "print-config";
    return values.check ? "check" : "serve";
  } catch (error) {
    throw new ConfigError([`${(error as Error).message}; see --help`]);
  }
}
