import type { Endpoint } from "../endpoints.js";
import { UpstreamError } from "../errors.js";

/** Query parameters; those that are `null` are left out, and a list is repeated. */
export type Query = Readonly<Record<string, string | number | null | readonly string[]>>;

/** Whether `id` has the form of the ids of jobs, talents and applications: nothing else may enter a path. */
export function isFeishuId(id: string): boolean {
  return /^\d{1,20}$/.test(id);
}

/**
 * A call's path and query, encoded.
 * @throws {UpstreamError} `UPSTREAM_CONTRACT` for an id that is not one: it came from an answer of Feishu's.
 */
export function callPath(
  { key, template }: Endpoint,
  ids: Readonly<Record<string, string>> = {},
  query: Query = {},
): string {
  const pathname = template.replace(/:(\w+)/g, (_, name: string) => {
    const id = ids[name];
    if (id !== undefined && isFeishuId(id)) return id;
    const upstream = { endpoint: key, httpStatus: null, code: null, logId: null };
    throw new UpstreamError("UPSTREAM_CONTRACT", `${name}: expected a string of 1 to 20 digits`, upstream);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) if (item !== null) search.append(name, String(item));
  }
  return search.size > 0 ? `${pathname}?${search}` : pathname;
}
