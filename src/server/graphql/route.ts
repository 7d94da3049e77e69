import type { ApolloServer } from "@apollo/server";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../../authz/viewer.js";
import { UpstreamError } from "../../feishu/errors.js";
import type { GraphContext } from "../../graph/context.js";
import { refuseUnknownExplain } from "../../graph/cost/plugin.js";
import { ERRORS, type ErrorCode, toPublicError } from "../../graph/errors.js";
import { type Authenticate, credentialsOf, Unauthenticated } from "../auth/authenticate.js";
import { isOwnOrigin } from "../auth/origin.js";
import type { SessionCookie } from "../auth/session/cookies.js";
import { refuseBrokenHost, refuseForeignHost } from "../http/host.js";
import { sendGraphiql, wantsGraphiql } from "../http/pages.js";
import { RefusedDocument, type TrustedDocuments } from "../persisted/trusted-documents.js";
import { type EventStreams, wantsEventStream } from "../subscriptions/sse.js";
import type { WebSockets } from "../subscriptions/websocket.js";
import { withRequestId } from "./client-errors.js";
import { type CreateContext, clientOf, clientTimeoutMs } from "./operation.js";
import { type CountOperation, TooManyOperations } from "./operation-limit.js";
import { removeEmptyParams } from "./params.js";
import type { Answer, SharedAnswers } from "./shared-answers.js";

const JSON_TYPE = "application/json; charset=utf-8";

/** Options of the GraphQL route. */
export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<GraphContext>;
  readonly config: {
    /** Browsers get the GraphiQL page. */
    readonly graphiql: boolean;
    /** Serves only requests to a loopback name. */
    readonly loopbackOnly: boolean;
    /** Foreign origins that may open a WebSocket, and use a session. */
    readonly corsOrigins: readonly string[];
    readonly session: { readonly publicUrl: string | null };
  };
  /** Cookie of web apps' sessions; `null` where browsers cannot sign in. */
  readonly webSessions: { readonly cookie: SessionCookie } | null;
  readonly authenticate: Authenticate;
  readonly countOperation: CountOperation;
  readonly createContext: CreateContext;
  /** Documents that clients may send by id; `null` without a manifest. */
  readonly trustedDocuments: TrustedDocuments | null;
  /** Responses that equal operations share; `null`: every operation runs. */
  readonly sharedAnswers: SharedAnswers | null;
  readonly subscriptions: { readonly streams: EventStreams; readonly sockets: WebSockets };
}

/** `/graphql`: operations, subscriptions, and GraphiQL for browsers. */
export const graphqlRoute: FastifyPluginAsync<GraphqlRouteOptions> = async (app, options) => {
  const { apollo, authenticate, countOperation, createContext, trustedDocuments, sharedAnswers } = options;
  const { graphiql, loopbackOnly, corsOrigins, session } = options.config;
  const { webSessions } = options;
  const { streams, sockets } = options.subscriptions;
  const isPage = (request: FastifyRequest): boolean => graphiql && wantsGraphiql(request);
  const callers = new WeakMap<FastifyRequest, Caller>();
  const contexts = new WeakMap<FastifyRequest, GraphContext>();
  const answer = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const context = await createContext(request, clientOf(reply), callers.get(request) ?? null);
      contexts.set(request, context);
      return context;
    },
  });
  const run = async (request: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
    const body = (await answer.call(app, request, reply)) as string;
    const contentType = String(reply.getHeader("content-type"));
    return { body, contentType, freshForMs: contexts.get(request)?.freshForMs() ?? 0 };
  };
  const route = {
    url: "/graphql",
    onRequest: [
      refuseBrokenHost,
      ...(loopbackOnly ? [refuseForeignHost] : []),
      refuseForeignSocket(corsOrigins),
      refuseForeignStream(corsOrigins),
      ...(webSessions ? [refuseForeignSession(webSessions.cookie, isPage, corsOrigins, session.publicUrl)] : []),
      refuseBrokenHeaders,
    ],
    preHandler: async (request: FastifyRequest) => {
      // The page is public; its operations are not. WebSocket clients authenticate later.
      if (isPage(request) || request.ws) return;
      const caller = await authenticate(credentialsOf(request));
      callers.set(request, caller);
      await countOperation(request, caller);
      removeEmptyParams(request);
      trustedDocuments?.enforce(request);
    },
    onSend: addRequestId,
    errorHandler: sendRequestError,
    async handler(request: FastifyRequest, reply: FastifyReply) {
      if (isPage(request)) return sendGraphiql(request, reply);
      if (wantsEventStream(request)) return streams.answer(request, reply);
      if (!sharedAnswers) return (await run(request, reply)).body;
      return sharedAnswers.answer(request, reply, callers.get(request) ?? null, () => run(request, reply));
    },
  };
  app.route({ ...route, method: "POST" });
  app.route({ ...route, method: "GET", wsHandler: sockets.serve });
  app.route({ ...route, method: "POST", url: "/graphql/" });
  app.route({ ...route, method: "GET", url: "/graphql/", wsHandler: sockets.serve });
  // Clients of graphql-sse try this path first.
  app.route({ ...route, method: "POST", url: "/graphql/stream" });
};

/** Rejects WebSockets of foreign origins. Browsers let any page open a WebSocket to any site. */
const refuseForeignSocket =
  (corsOrigins: readonly string[]) =>
  async ({ ws, host, headers }: FastifyRequest): Promise<void> => {
    const { origin } = headers;
    // A proxy may name the host that browsers see.
    const isOwn = origin === undefined || (URL.canParse(origin) && [headers.host, host].includes(new URL(origin).host));
    if (!ws || isOwn || corsOrigins.includes(origin)) return;
    const message = "the Origin header names another site; add it to CORS_ORIGINS to allow it";
    throw Object.assign(new Error(message), { statusCode: 403 });
  };

/**
 * Rejects event streams that a page of a foreign origin opens. Browsers let any page open one without a preflight, and
 * `EventSource` cannot send the headers that other GET requests need.
 */
const refuseForeignStream =
  (corsOrigins: readonly string[]) =>
  async (request: FastifyRequest): Promise<void> => {
    const { method, headers } = request;
    const site = headers["sec-fetch-site"] ?? "none";
    if (method !== "GET" || !wantsEventStream(request) || site === "same-origin" || site === "none") return;
    if (headers.origin !== undefined && corsOrigins.includes(headers.origin)) return;
    const message = "an event stream by GET must come from a page of this origin; add others to CORS_ORIGINS";
    throw Object.assign(new Error(message), { statusCode: 403 });
  };

/** Rejects requests with a session that a page of a foreign origin sends: the browser adds the cookie by itself. */
const refuseForeignSession =
  (
    cookie: SessionCookie,
    isPage: (request: FastifyRequest) => boolean,
    corsOrigins: readonly string[],
    publicUrl: string | null,
  ) =>
  async (request: FastifyRequest): Promise<void> => {
    const { cookie: cookies, origin } = request.headers;
    // A link to GraphiQL may come from anywhere: the page runs no operation.
    if (!cookie.isSent(cookies) || isPage(request) || isOwnOrigin(request, publicUrl)) return;
    if (origin !== undefined && corsOrigins.includes(origin)) return;
    const message = "a session may only be used by pages of this origin; add others to CORS_ORIGINS";
    throw Object.assign(new Error(message), { statusCode: 403 });
  };

/** Rejects unusable headers before an operation starts. */
async function refuseBrokenHeaders(request: FastifyRequest): Promise<void> {
  clientTimeoutMs(request);
  refuseUnknownExplain(request.headers["x-explain"]);
}

/** Adds the request id to errors that precede an operation, such as a body that is not JSON. */
async function addRequestId(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (reply.statusCode < 400 || typeof payload !== "string") return payload;
  const { errors, ...rest } = JSON.parse(payload);
  if (!Array.isArray(errors)) return payload;
  return JSON.stringify({ errors: withRequestId(errors, request.id), ...rest });
}

/** Returns the value of `Retry-After`: whole seconds, at least one. */
const retryAfterS = (ms = 0): number => Math.max(1, Math.ceil(ms / 1000));

/** Sends the errors that Fastify raises (size, content type, syntax) in the form of a GraphQL response. */
function sendRequestError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Unauthenticated) {
    const { message, claim } = error;
    request.log.info({ requestId: request.id, reason: message, ...(claim !== null && { claim }) }, "Caller refused");
    const errors = [{ message, extensions: { code: "UNAUTHENTICATED", retryable: false } }];
    return reply.code(401).header("www-authenticate", "Bearer").type(JSON_TYPE).send(JSON.stringify({ errors }));
  }
  if (error instanceof TooManyOperations || error instanceof RefusedDocument || error instanceof UpstreamError) {
    const { message, ...extensions } = toPublicError(error);
    const status = error instanceof UpstreamError ? 503 : error.statusCode;
    if (status === 429 || status === 503) reply.header("retry-after", retryAfterS(extensions.retryAfterMs));
    return reply
      .code(status)
      .type(JSON_TYPE)
      .send(JSON.stringify({ errors: [{ message, extensions }] }));
  }
  const status = error.statusCode ?? 500;
  const code: ErrorCode = status < 500 ? "BAD_USER_INPUT" : "INTERNAL_SERVER_ERROR";
  if (status >= 500) request.log.error({ requestId: request.id, err: error }, "Request failed");
  const message = status < 500 ? error.message : ERRORS.INTERNAL_SERVER_ERROR.meaning;
  const errors = [{ message, extensions: { code, retryable: ERRORS[code].retryable } }];
  return reply.code(status).type(JSON_TYPE).send(JSON.stringify({ errors }));
}
