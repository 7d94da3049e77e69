import type { FastifyRequest } from "fastify";

/** Returns the params of an operation without empty strings: generated clients send them for params they leave out. */
export function withoutEmptyParams<P extends object>(params: P): P {
  return Object.values(params).includes("")
    ? (Object.fromEntries(Object.entries(params).filter(([, value]) => value !== "")) as P)
    : params;
}

/** Removes empty params from the body or the URL of a request. */
export function removeEmptyParams(request: FastifyRequest): void {
  const { body, raw } = request;
  if (typeof body === "object" && body !== null && !Array.isArray(body)) request.body = withoutEmptyParams(body);
  const [path, search] = raw.url?.split("?", 2) ?? [];
  if (search === undefined || !/=(&|$)/.test(search)) return;
  const params = search.split("&").filter((param) => !param.endsWith("="));
  raw.url = `${path}?${params.join("&")}`;
}
