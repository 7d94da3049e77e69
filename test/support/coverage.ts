import { readdirSync, readFileSync } from "node:fs";
import { type GraphQLSchema, getNamedType, isEnumType, isObjectType, isScalarType, isUnionType } from "graphql";

/** A documented path of a response. */
export interface DocumentedField {
  readonly path: string;
  readonly type: string;
  readonly enum?: readonly string[];
}

/** A field table: everything that one endpoint's page documents. */
export interface FieldTable {
  readonly endpoint: string;
  readonly fields: readonly DocumentedField[];
}

const FIELDS = new URL("./feishu/fields/", import.meta.url);

/** The names of all field tables. */
export const tableNames = readdirSync(FIELDS)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.replace(/\.json$/, ""));

/** Reads one field table. */
export const readTable = (name: string): FieldTable =>
  JSON.parse(readFileSync(new URL(`${name}.json`, FIELDS), "utf8"));

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A body in which every leaf has a unique value, with the path of each value. */
export interface MarkedBody {
  readonly body: Json;
  /** Paths by the value that a client sees. */
  readonly pathByValue: ReadonlyMap<string, string>;
}

/** Object types of custom fields, one for each member of a custom field's value. */
const CUSTOM_TYPES = [1, 3, 4, 5, 8, 9, 13];

/** Paths of a custom field's type. Each type occurs once, so that each member of the value appears. */
export const CUSTOM_TYPE = /(customized_data_list|children)\[\]\.object_type$/;

/** Marks a whole body. `keep` names the paths that keep their value; `choose` sets codes and booleans. */
export function markBody(body: Json, keep: ReadonlySet<string>, choose: ReadonlyMap<string, Json>): MarkedBody {
  const pathByValue = new Map<string, string>();
  const numbers = new Map<string, number>();
  const numberOf = (path: string): number => numbers.get(path) ?? numbers.set(path, numbers.size + 1).size;
  const mark = (value: Json, path: string): Json => {
    if (Array.isArray(value)) return elementsOf(value, path).map((item) => mark(item, `${path}[]`));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, mark(item, path ? `${path}.${key}` : key)]),
      );
    }
    if (CUSTOM_TYPE.test(path)) return value;
    const chosen = choose.get(path);
    if (chosen !== undefined) return chosen;
    if (keep.has(path)) {
      pathByValue.set(String(value), path);
      return value;
    }
    const marked = markLeaf(value, numberOf(path), path);
    if (marked) pathByValue.set(marked.seen, path);
    return marked ? marked.sent : value;
  };
  return { body: mark(body, ""), pathByValue };
}

function elementsOf(list: Json[], path: string): Json[] {
  const [first] = list;
  if (!/(customized_data_list|children)$/.test(path) || typeof first !== "object" || first === null) return list;
  if (!("value" in first)) return list;
  return CUSTOM_TYPES.map((type) => ({ ...first, object_type: type }));
}

/** Returns a unique value in the form of the leaf, as sent and as seen by clients. */
function markLeaf(value: Json, n: number, path: string): { sent: Json; seen: string } | null {
  // An empty string may be a missing text or a time that is still unset.
  if (typeof value === "boolean" || value === null || (value === "" && path.endsWith("_time"))) return null;
  const text = String(value);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const keepType = (sent: number): Json => (typeof value === "number" ? sent : String(sent));
  if (/(^|[._])id$/.test(path)) return { sent: `mark-${n}`, seen: `mark-${n}` };
  if (/^\d{13}$/.test(text)) return { sent: keepType(1e12 + n * 1000), seen: iso(1e12 + n * 1000) };
  if (/^\d{10}$/.test(text)) return { sent: keepType(2e9 + n), seen: iso((2e9 + n) * 1000) };
  if (typeof value === "number") return { sent: 100_000 + n, seen: String(100_000 + n) };
  if (/^\d{4}-\d{2}$/.test(text)) return { sent: `${1000 + n}-01`, seen: `${1000 + n}-01` };
  return { sent: `mark-${n}`, seen: `mark-${n}` };
}

/** Returns every leaf of a response's data as its path, without list indexes, and its value. */
export function leavesOf(value: unknown, path = ""): [path: string, value: string][] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, path));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, path ? `${path}.${key}` : key));
  }
  return value === null || value === undefined ? [] : [[path, String(value)]];
}

/** Types with their own endpoints: below the top level only the fields of a reference are selected. */
const REFERENCES: Readonly<Record<string, string>> = {
  Job: "{ id }",
  Talent: "{ id }",
  Application: "{ id }",
  User: "{ id idType name i18nName { zhCn enUs } }",
  Exam: "{ id }",
};

/** Returns the selection of every field of a type. */
export function selectAll(schema: GraphQLSchema, typeName: string): string {
  const type = schema.getType(typeName);
  if (isUnionType(type)) {
    return `{ __typename ${type
      .getTypes()
      .map(({ name }) => `... on ${name} ${selectAll(schema, name)}`)
      .join(" ")} }`;
  }
  if (!isObjectType(type)) throw new Error(`${typeName} is not an object type`);
  const fields = Object.values(type.getFields()).map((field) => {
    const below = getNamedType(field.type);
    if (isScalarType(below) || isEnumType(below)) return field.name;
    return `${field.name} ${REFERENCES[below.name] ?? selectAll(schema, below.name)}`;
  });
  return `{ ${fields.join(" ")} }`;
}
