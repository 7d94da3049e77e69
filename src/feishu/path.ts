import type { Endpoint } from "./endpoints.js";
import { UpstreamError } from "./errors.js";

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
  query: Readonly<Record<string, string | number | null>> = {},
): string {
  const pathname = template.replace(/:(\w+)/g, (_, name: string) => {
    const id = ids[name];
    if (id !== undefined && isFeishuId(id)) return id;
    const upstream = { endpoint: key, httpStatus: null, code: null, logId: null };
    throw new UpstreamError("UPSTREAM_CONTRACT", `${name}: expected a string of 1 to 20 digits`, upstream);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null) search.append(name, String(value));
  return search.size > 0 ? `${pathname}?${search}` : pathname;
}
