import { parseArgs } from "node:util";
import { ConfigError } from "../config/config.js";

/** What the command is asked to do. */
export type Command = "serve" | "check" | "print-config" | "help";

/** What `--help` says. */
export const USAGE = `usage: feishu-hire-graphql [--check | --print-config | --help]

  --check         says whether the configuration is good, and ends
  --print-config  prints the configuration without its secrets, and ends

The configuration are environment variables: docs/configuration.md explains them. Without any it shows itself on a sandbox.
`;

/**
 * Reads the arguments of the command.
 * @throws {ConfigError} for one that there is not.
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
    throw new ConfigError([`${(error as Error).message}; --help says what there is`]);
  }
}
