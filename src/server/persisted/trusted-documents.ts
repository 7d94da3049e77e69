import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { type ErrorCode, RequestError } from "../../graph/errors.js";
import type { Documents } from "./manifest.js";

/** Handling of documents outside the manifest: run and logged, run, or refused. */
export type TrustedDocumentsMode = "log" | "allow" | "only";

/** Documents that clients may request by id. */
export interface TrustedDocuments {
  /** Store in which Apollo Server looks up ids. */
  readonly store: { get(key: string): Promise<string | undefined>; set(): Promise<void>; delete(): Promise<void> };
  /** Replaces the trusted documents. */
  replace(documents: Documents): void;
  /**
   * Lets a request through, with its `documentId` where Apollo Server reads it.
   * @throws {RefusedDocument} when the request sends a text that it may not run.
   */
  enforce(request: FastifyRequest): void;
  /**
   * Enforces the same on params from outside a request body.
   * Returns them with their id where Apollo Server reads it.
   */
  enforceParams<P extends object>(params: P, request: FastifyRequest): P;
}

/** Error of a document that may not run. */
export class RefusedDocument extends RequestError {
  readonly statusCode: number;

  constructor(statusCode: number, code: ErrorCode, message: string) {
    super(code, message);
    this.statusCode = statusCode;
  }
}

const notTrusted = (): Error =>
  new RefusedDocument(
    403,
    "FORBIDDEN",
    "only trusted documents are allowed: send the id of a trusted document, or its exact text",
  );

/** Creates the error of a request with both an id and a text, which could contradict each other. */
const ambiguous = (): Error => new RefusedDocument(400, "BAD_USER_INPUT", "send either documentId or query, not both");

/** Prefix of the hashes that Apollo Server looks up in its store. */
const STORE_PREFIX = "apq:";

/** Trusts the documents of a manifest, and all requests that `isExempt`: a gateway writes its own documents. */
export function createTrustedDocuments(
  mode: TrustedDocumentsMode,
  initialDocuments: Documents,
  isExempt: (request: FastifyRequest) => boolean,
): TrustedDocuments {
  let documents = initialDocuments;
  let texts = new Set(documents.values());
  const nothing = async (): Promise<void> => {};
  const enforceText = (text: string | undefined, request: FastifyRequest): void => {
    if (mode === "allow" || text === undefined || texts.has(text) || isExempt(request)) return;
    if (mode === "only") throw notTrusted();
    const sha256 = createHash("sha256").update(text).digest("hex");
    request.log.warn({ requestId: request.id, sha256 }, "Untrusted document received");
  };
  return {
    store: {
      get: async (key) => documents.get(key.slice(STORE_PREFIX.length)),
      // Clients may not add trusted documents.
      set: nothing,
      delete: nothing,
    },
    replace(changed) {
      documents = changed;
      texts = new Set(documents.values());
    },
    enforce(request) {
      const { body } = request;
      if (isObject(body)) request.body = withDocumentId(body);
      enforceText(textOf(request), request);
    },
    enforceParams(params, request) {
      const { query, extensions }: { readonly query?: unknown; readonly extensions?: unknown } = params;
      const id = persistedIdOf(extensions);
      // The document trusted under the id runs, whatever text accompanies it.
      if (id !== undefined && documents.has(id)) return params;
      enforceText(typeof query === "string" && query !== "" ? query : undefined, request);
      return withDocumentId(params as never) as typeof params;
    },
  };
}

/** Returns the id of a document from the extension that Apollo's clients send. */
export function persistedIdOf(extensions: unknown): string | undefined {
  const persisted = isObject(extensions) ? extensions.persistedQuery : undefined;
  const id = isObject(persisted) ? persisted.sha256Hash : undefined;
  return typeof id === "string" ? id : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the text that Apollo Server would run, read in the same way; `undefined` without one. */
function textOf({ method, body, raw }: FastifyRequest): string | undefined {
  const query =
    method === "GET"
      ? new URLSearchParams(raw.url?.split("?").slice(1).join("?")).get("query")
      : isObject(body) && body.query;
  return typeof query === "string" && query !== "" ? query : undefined;
}

/**
 * Moves a document's id into the extension that Apollo's clients send. GraphQL over HTTP names it `documentId`.
 * Relay's own example sends `doc_id`.
 */
export function withDocumentId(body: Readonly<Record<string, unknown>>): object {
  const { documentId, doc_id, ...rest } = body;
  const id = documentId ?? doc_id;
  if (typeof id !== "string") return body;
  if (rest.query) throw ambiguous();
  const extensions = isObject(rest.extensions) ? rest.extensions : {};
  return { ...rest, extensions: { ...extensions, persistedQuery: { version: 1, sha256Hash: id } } };
}
