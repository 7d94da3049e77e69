import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { type ErrorCode, RequestError } from "../../graph/errors.js";
import type { Documents } from "./manifest.js";

/** Handling of documents that are not in the manifest: run and logged, run, or refused. */
export type TrustedDocumentsMode = "log" | "allow" | "only";

/** The documents that clients may ask for by their ids. */
export interface TrustedDocuments {
  /** Where Apollo Server looks ids up. */
  readonly store: { get(key: string): Promise<string | undefined>; set(): Promise<void>; delete(): Promise<void> };
  /** Other documents are trusted from now on. */
  replace(documents: Documents): void;
  /**
   * Lets a request through, with its `documentId` where Apollo Server looks for it.
   * @throws {RefusedDocument} when it brings a text of its own that it may not.
   */
  enforce(request: FastifyRequest): void;
  /** The same for what comes by other ways than the body of a request: gives it with its id where Apollo Server has it. */
  enforceParams<P extends object>(params: P, request: FastifyRequest): P;
}

/** A document that does not run here. */
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
    "only trusted documents run here: send the id of one, or its text as it was trusted",
  );

/** Two ways to say the same, which could say two things. */
const ambiguous = (): Error => new RefusedDocument(400, "BAD_USER_INPUT", "documentId: send it or query, not both");

/** Apollo Server asks its store for hashes under this prefix. */
const STORE_PREFIX = "apq:";

/** Trusts the documents of a manifest, and whatever `isExempt`: a router writes its documents by itself. */
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
    request.log.warn({ requestId: request.id, sha256 }, "a document that is not trusted");
  };
  return {
    store: {
      get: async (key) => documents.get(key.slice(STORE_PREFIX.length)),
      // Clients may not add to what is trusted.
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
      // What is trusted under the id is run, whatever the text beside it says.
      if (id !== undefined && documents.has(id)) return params;
      enforceText(typeof query === "string" && query !== "" ? query : undefined, request);
      return withDocumentId(params as never) as typeof params;
    },
  };
}

/** The id of a document, where Apollo's clients put it. */
export function persistedIdOf(extensions: unknown): string | undefined {
  const persisted = isObject(extensions) ? extensions.persistedQuery : undefined;
  const id = isObject(persisted) ? persisted.sha256Hash : undefined;
  return typeof id === "string" ? id : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The text that Apollo Server would run, read as it reads it; `undefined` when there is none. */
function textOf({ method, body, raw }: FastifyRequest): string | undefined {
  const query =
    method === "GET"
      ? new URLSearchParams(raw.url?.split("?").slice(1).join("?")).get("query")
      : isObject(body) && body.query;
  return typeof query === "string" && query !== "" ? query : undefined;
}

/** `documentId` is GraphQL over HTTP's name, `doc_id` what Relay's own example sends; Apollo's clients send an extension. */
function withDocumentId(body: Readonly<Record<string, unknown>>): object {
  const { documentId, doc_id, ...rest } = body;
  const id = documentId ?? doc_id;
  if (typeof id !== "string") return body;
  if (rest.query !== undefined) throw ambiguous();
  const extensions = isObject(rest.extensions) ? rest.extensions : {};
  return { ...rest, extensions: { ...extensions, persistedQuery: { version: 1, sha256Hash: id } } };
}
