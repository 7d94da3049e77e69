import type { Endpoint } from "../endpoints.js";
import { UpstreamError } from "../errors.js";

/** Query parameters. A `null` value is omitted; a list repeats its parameter. */
export type Query = Readonly<Record<string, string | number | null | readonly string[]>>;

/** Returns whether `id` has the form of job, talent and application ids. Nothing else may enter a path. */
export function isFeishuId(id: string): boolean {
  return /^\d{1,20}$/.test(id);
}

/**
 * Returns the encoded path and query of a call.
 * @throws {UpstreamError} `UPSTREAM_CONTRACT` for a malformed id, because ids come from Feishu's responses.
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
