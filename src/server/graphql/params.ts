import type { FastifyRequest } from "fastify";
import { RequestError } from "../../graph/errors.js";
import { withDocumentId } from "../persisted/trusted-documents.js";

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
  const { url = "" } = raw;
  const start = url.indexOf("?") + 1;
  const params = url.slice(start).split("&");
  if (start > 0 && params.some(isEmptyParam)) {
    raw.url = url.slice(0, start) + params.filter((param) => !isEmptyParam(param)).join("&");
  }
}

/** Returns true for `name=`. A value may end in `=` itself. */
const isEmptyParam = (param: string): boolean => /^[^=]*=?$/.test(param);

/**
 * Returns the params of a request, from its body or its URL.
 * @throws {RequestError} `BAD_USER_INPUT` for variables or extensions in the URL that are not JSON.
 */
export function paramsOf({ method, body, query }: FastifyRequest): object {
  if (method !== "GET") return (body ?? {}) as object;
  const { variables, extensions, ...texts } = withoutEmptyParams(query as Readonly<Record<string, unknown>>);
  const parsed = Object.entries({ variables, extensions }).filter(([, value]) => value !== undefined);
  return withDocumentId({
    ...texts,
    ...Object.fromEntries(parsed.map(([name, value]) => [name, parseJson(name, value)])),
  });
}

function parseJson(name: string, text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    throw new RequestError("BAD_USER_INPUT", `${name} must be JSON`);
  }
}
