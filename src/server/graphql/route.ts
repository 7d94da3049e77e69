import type { ApolloServer } from "@apollo/server";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../../authz/viewer.js";
import { UpstreamError } from "../../feishu/errors.js";
import type { GraphContext } from "../../graph/context.js";
import { refuseUnknownExplain } from "../../graph/cost/plugin.js";
import { ERRORS, type ErrorCode, toPublicError } from "../../graph/errors.js";
import { type Authenticate, credentialsOf, Unauthenticated } from "../auth/authenticate.js";
import { sendGraphiql, wantsGraphiql } from "../http/pages.js";
import { RefusedDocument, type TrustedDocuments } from "../persisted/trusted-documents.js";
import { type EventStreams, wantsEventStream } from "../subscriptions/sse.js";
import type { WebSockets } from "../subscriptions/websocket.js";
import { withRequestId } from "./client-errors.js";
import { type CreateContext, clientOf, clientTimeoutMs } from "./operation.js";
import { type CountOperation, TooManyOperations } from "./operation-limit.js";
import type { Answer, SharedAnswers } from "./shared-answers.js";

const JSON_TYPE = "application/json; charset=utf-8";

/** What the route needs beside the graph. */
export interface RouteParts {
  readonly authenticate: Authenticate;
  readonly count: CountOperation;
  /** A browser that comes by is shown the page. */
  readonly hasGraphiql: boolean;
  /** Only requests to a loopback name are served. */
  readonly loopbackOnly: boolean;
  /** The documents that clients may ask for by id; `null` where there is no manifest. */
  readonly trust: TrustedDocuments | null;
  /** Origins other than our own that may open a WebSocket. */
  readonly corsOrigins: readonly string[];
  readonly streams: EventStreams;
  readonly sockets: WebSockets;
  /** Answers that equal operations share; `null`: each is run. */
  readonly answers: SharedAnswers | null;
}

/** `/graphql`: the graph for clients, and its explorer for a browser that comes by. */
export function addGraphqlRoute(
  app: FastifyInstance,
  apollo: ApolloServer<GraphContext>,
  { authenticate, count, hasGraphiql, loopbackOnly, corsOrigins, trust, answers, streams, sockets }: RouteParts,
  createContext: CreateContext,
): void {
  const isPage = (request: FastifyRequest): boolean => hasGraphiql && wantsGraphiql(request);
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
      refuseBrokenHeaders,
    ],
    preHandler: async (request: FastifyRequest) => {
      // The page is for everybody: what it asks is not. Who opens a WebSocket signs in later.
      if (isPage(request) || request.ws) return;
      const caller = await authenticate(credentialsOf(request));
      callers.set(request, caller);
      await count(request, caller);
      trust?.enforce(request);
    },
    onSend: addRequestId,
    errorHandler: sendRequestError,
    async handler(request: FastifyRequest, reply: FastifyReply) {
      if (isPage(request)) return sendGraphiql(reply);
      if (wantsEventStream(request)) return streams.answer(request, reply);
      if (!answers) return (await run(request, reply)).body;
      return answers.answer(request, reply, callers.get(request) ?? null, () => run(request, reply));
    },
  };
  app.route({ ...route, method: "POST" });
  app.route({ ...route, method: "GET", wsHandler: sockets.serve });
  // Where clients of graphql-sse look first.
  app.route({ ...route, method: "POST", url: "/graphql/stream" });
}

/** The integration makes a URL of the host, and would fail on one that is none as if the fault were ours. */
async function refuseBrokenHost({ hostname }: FastifyRequest): Promise<void> {
  if (URL.canParse(`http://${hostname}/`)) return;
  throw Object.assign(new Error("the Host header is not a host"), { statusCode: 400 });
}

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Somebody's page may come here under a name of its own (DNS rebinding), and browsers would let it read the answer. */
async function refuseForeignHost({ hostname }: FastifyRequest): Promise<void> {
  if (LOOPBACK_NAMES.has(new URL(`http://${hostname}/`).hostname)) return;
  const message = "the Host header has to be localhost where nobody signs in; ALLOW_UNAUTHENTICATED=1 lifts that";
  throw Object.assign(new Error(message), { statusCode: 403 });
}

/** Browsers let any page open a WebSocket anywhere: whose page it is has to be looked at here. */
const refuseForeignSocket =
  (corsOrigins: readonly string[]) =>
  async ({ ws, headers: { origin, host } }: FastifyRequest): Promise<void> => {
    const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
    if (!ws || isOwn || corsOrigins.includes(origin)) return;
    const message = "the Origin header is of another site; CORS_ORIGINS lets others in";
    throw Object.assign(new Error(message), { statusCode: 403 });
  };

/** Headers that say nothing usable are refused before there is an operation. */
async function refuseBrokenHeaders(request: FastifyRequest): Promise<void> {
  clientTimeoutMs(request);
  refuseUnknownExplain(request.headers["x-explain"]);
}

/** Errors found before there is an operation, such as a body that is not JSON, have no other place to get their id. */
async function addRequestId(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (reply.statusCode < 400 || typeof payload !== "string") return payload;
  const { errors, ...rest } = JSON.parse(payload);
  if (!Array.isArray(errors)) return payload;
  return JSON.stringify({ errors: withRequestId(errors, request.id), ...rest });
}

/** What Fastify refuses (size, content type, syntax) in the form of a GraphQL answer. */
function sendRequestError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Unauthenticated) {
    const errors = [{ message: error.message, extensions: { code: "UNAUTHENTICATED", retryable: false } }];
    return reply.code(401).header("www-authenticate", "Bearer").type(JSON_TYPE).send(JSON.stringify({ errors }));
  }
  if (error instanceof TooManyOperations || error instanceof RefusedDocument) {
    const { message, ...extensions } = toPublicError(error);
    return reply
      .code(error.statusCode)
      .type(JSON_TYPE)
      .send(JSON.stringify({ errors: [{ message, extensions }] }));
  }
  if (error instanceof UpstreamError) {
    const { message, ...extensions } = toPublicError(error);
    return reply
      .code(503)
      .type(JSON_TYPE)
      .send(JSON.stringify({ errors: [{ message, extensions }] }));
  }
  const status = error.statusCode ?? 500;
  const code: ErrorCode = status < 500 ? "BAD_USER_INPUT" : "INTERNAL_SERVER_ERROR";
  if (status >= 500) request.log.error({ requestId: request.id, err: error }, "the request failed");
  const message = status < 500 ? error.message : ERRORS.INTERNAL_SERVER_ERROR.meaning;
  const errors = [{ message, extensions: { code, retryable: ERRORS[code].retryable } }];
  return reply.code(status).type(JSON_TYPE).send(JSON.stringify({ errors }));
}
