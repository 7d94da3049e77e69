import type { ApolloServer } from "@apollo/server";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { GraphContext } from "../graph/context.js";
import { ERRORS, type ErrorCode } from "../graph/errors.js";
import { withRequestId } from "./apollo.js";
import { refuseUnknownExplain } from "./cost.js";
import { sendGraphiql, wantsGraphiql } from "./graphiql.js";
import { clientTimeoutMs } from "./operation.js";

/** Makes the context of one operation. */
export type CreateContext = (request: FastifyRequest, reply: FastifyReply) => GraphContext;

/** `/graphql`: the graph for clients, and its explorer for a browser that comes by. */
export function addGraphqlRoute(
  app: FastifyInstance,
  apollo: ApolloServer<GraphContext>,
  createContext: CreateContext,
): void {
  const answer = fastifyApolloHandler(apollo, { context: async (request, reply) => createContext(request, reply) });
  app.route({
    method: ["GET", "POST"],
    url: "/graphql",
    onRequest: [refuseBrokenHost, refuseBrokenHeaders],
    onSend: addRequestId,
    errorHandler: sendRequestError,
    async handler(request, reply) {
      return wantsGraphiql(request) ? sendGraphiql(reply) : answer.call(app, request, reply);
    },
  });
}

/** The integration makes a URL of the host, and would fail on one that is none as if the fault were ours. */
async function refuseBrokenHost({ hostname }: FastifyRequest): Promise<void> {
  if (URL.canParse(`http://${hostname}/`)) return;
  throw Object.assign(new Error("the Host header is not a host"), { statusCode: 400 });
}

/** Headers that say nothing usable are refused before there is an operation. */
async function refuseBrokenHeaders(request: FastifyRequest): Promise<void> {
  clientTimeoutMs(request);
  refuseUnknownExplain(request.headers["x-explain"]);
}

/** Errors found before there is an operation, such as a body that is not JSON, have no other place to get their id. */
async function addRequestId(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (reply.statusCode < 400 || typeof payload !== "string") return payload;
  const { errors, ...rest } = JSON.parse(payload);
  return JSON.stringify({ errors: withRequestId(errors, request.id), ...rest });
}

/** What Fastify refuses (size, content type, syntax) in the form of a GraphQL answer. */
function sendRequestError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  const code: ErrorCode = status < 500 ? "BAD_USER_INPUT" : "INTERNAL_SERVER_ERROR";
  if (status >= 500) request.log.error({ requestId: request.id, err: error }, "the request failed");
  const message = status < 500 ? error.message : ERRORS.INTERNAL_SERVER_ERROR.meaning;
  const errors = [{ message, extensions: { code, retryable: ERRORS[code].retryable } }];
  return reply.code(status).type("application/json; charset=utf-8").send(JSON.stringify({ errors }));
}
