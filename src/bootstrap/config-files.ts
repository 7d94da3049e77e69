import { readFile } from "node:fs/promises";
import type { GraphQLSchema } from "graphql";
import { type Config, ConfigError, parseQuotas } from "../config/config.js";
import { type CheckSettings, checkManifest, type Documents } from "../server/persisted/manifest.js";

/** The part of the configuration that comes from files and can be reloaded. */
export interface ConfigFiles {
  readonly quotas: Config["quotas"];
  /** Trusted documents; empty without a manifest. */
  readonly documents: Documents;
  /** For the log: number of documents, and the highest estimate of one of them in calls. */
  readonly summary: { readonly documents: number; readonly dearest: number };
}

/** Returns the settings that estimates depend on. */
export const costSettingsOf = ({ maxFirst, basicNames, jointReads, maxCost }: Config): CheckSettings => ({
  maxFirst,
  basicNames,
  jointReads,
  maxCost,
});

/**
 * Reads and checks the files.
 * @throws {ConfigError} naming every problem.
 */
export async function readConfigFiles(config: Config, schema: GraphQLSchema): Promise<ConfigFiles> {
  const { quotasFile, trusted } = config;
  const quotas = quotasFile === null ? config.quotas : parseQuotas(await read("FEISHU_QUOTAS_FILE", quotasFile));
  if (!trusted) return { quotas, documents: new Map(), summary: { documents: 0, dearest: 0 } };
  const json = await read("TRUSTED_DOCUMENTS_MANIFEST", trusted.manifest);
  const { documents, problems, highestCost: dearest } = checkManifest(json, schema, costSettingsOf(config));
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `TRUSTED_DOCUMENTS_MANIFEST ${problem}`));
  return { quotas, documents, summary: { documents: documents.size, dearest } };
}

const read = (name: string, path: string): Promise<string> =>
  readFile(path, "utf8").catch(({ code }) => {
    throw new ConfigError([`${name} ${JSON.stringify(path)} cannot be read: ${code}`]);
  });
