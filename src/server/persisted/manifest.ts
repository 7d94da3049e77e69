import { type GraphQLSchema, parse, specifiedRules, validate } from "graphql";
import { z } from "zod";
import type { EstimateSettings } from "../../graph/cost/estimate.js";
import { priceRange } from "../../graph/cost/range.js";
import { LIMIT_RULES, LIMITS } from "../graphql/limits.js";

/** Documents by id. */
export type Documents = ReadonlyMap<string, string>;

/** Apollo's format, written by `generate-persisted-query-manifest`. */
const apolloManifest = z
  .object({
    format: z.literal("apollo-persisted-query-manifest"),
    version: z.literal(1),
    operations: z.array(z.object({ id: z.string().min(1), body: z.string() })),
  })
  .transform(({ operations }) => new Map(operations.map(({ id, body }) => [id, body])));

/** Relay's format, written by `relay-compiler` and graphql-codegen's client preset. */
const relayManifest = z.record(z.string(), z.string()).transform((texts) => new Map(Object.entries(texts)));

/** Settings that documents are checked against. */
export interface CheckSettings extends EstimateSettings {
  readonly maxCost: number;
}

/** Result of reading a manifest: its documents and all of their problems. */
export interface CheckedManifest {
  readonly documents: Documents;
  readonly problems: readonly string[];
  /** Highest worst-case cost of any document, in upstream calls. */
  readonly highestCost: number;
}

/** Reads a manifest in either format; parses, validates and prices every document. */
export function checkManifest(json: string, schema: GraphQLSchema, settings: CheckSettings): CheckedManifest {
  const documents = parseManifest(json);
  if (!documents) {
    const problem =
      'must be {"format":"apollo-persisted-query-manifest","version":1,"operations":[…]} or {"<id>":"<text>"}';
    return { documents: new Map(), problems: [problem], highestCost: 0 };
  }
  const checks = [...documents].map(([id, text]) => checkDocument(id, text, schema, settings));
  return {
    documents,
    problems: checks.flatMap(({ problems }) => problems),
    highestCost: Math.max(0, ...checks.map(({ most }) => most)),
  };
}

function parseManifest(json: string): Documents | null {
  try {
    return z.union([apolloManifest, relayManifest]).safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

function checkDocument(id: string, text: string, schema: GraphQLSchema, settings: CheckSettings) {
  const refuse = (problems: readonly string[]) => ({ problems: problems.map((what) => `${id}: ${what}`), most: 0 });
  try {
    const document = parse(text, { maxTokens: LIMITS.tokens });
    const errors = validate(schema, document, [...specifiedRules, ...LIMIT_RULES]);
    if (errors.length > 0) return refuse(errors.map(({ message }) => message));
    const { least, most } = priceRange(schema, document, settings);
    if (least <= settings.maxCost) return { problems: [], most };
    return refuse([`costs at least ${least} upstream calls; at most ${settings.maxCost} are allowed`]);
  } catch (error) {
    return refuse([error instanceof Error ? error.message : String(error)]);
  }
}
