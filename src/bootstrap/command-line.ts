import { parseArgs } from "node:util";
import { ConfigError } from "../config/config.js";

/** Task of one run of the command. */
export type Command = "serve" | "check" | "print-config" | "print-schema" | "print-schema-without-access" | "help";

/** Text of `--help`. */
export const USAGE = `usage: feishu-hire-graphql [--check | --print-config | --print-schema [--without-access-directives] | --help]

  --check         validates the configuration and exits
  --print-config  prints the configuration without its secrets and exits
  --print-schema  prints the subgraph's SDL and exits; with --without-access-directives for gateways that refuse
                  @authenticated and @requiresScopes

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
    "print-schema": { type: "boolean" },
    "without-access-directives": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return "help";
    if (values["print-config"]) return "print-config";
    if (values["without-access-directives"] && !values["print-schema"]) {
      throw new Error("--without-access-directives belongs to --print-schema");
    }
    if (values["print-schema"]) {
      return values["without-access-directives"] ? "print-schema-without-access" : "print-schema";
    }
    return values.check ? "check" : "serve";
  } catch (error) {
    throw new ConfigError([`${(error as Error).message}; see --help`]);
  }
}
