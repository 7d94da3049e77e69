import { randomUUID } from "node:crypto";
import { IncomingMessage } from "node:http";
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from "fastify";
import { LIMITS } from "../graphql/limits.js";

/** Of a request that cannot be read Node keeps the bytes, with the credentials in them. */
const RAW_BYTES = { paths: ["err.rawPacket"], remove: true };

/** A request id of the client's is taken over when it looks like one. */
const REQUEST_ID = /^[\w-]{8,64}$/;

/**
 * Once anybody listens for upgrades, Node takes every request that offers one for an upgrade, without a body: HTTP/2, which some
 * clients offer with each request, among them. Only WebSockets are meant.
 */
class Incoming extends IncomingMessage {
  // Not a private field: the constructor above sets `upgrade` before there are any.
  declare private offersUpgrade: boolean;

  get upgrade(): boolean {
    return this.offersUpgrade && this.headers.upgrade?.toLowerCase() === "websocket";
  }

  set upgrade(isOffered: boolean) {
    this.offersUpgrade = isOffered;
  }
}

/** An HTTP server without routes, whose requests are bounded in size and time, and each answer of which names its request. */
export function createHttp(logger: NonNullable<FastifyServerOptions["logger"]>): FastifyInstance {
  const app = Fastify({
    logger: logger && { ...(logger === true ? {} : logger), redact: RAW_BYTES },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.bodyBytes,
    // What comes on a connection that is there already is served, while the last of the others are.
    return503OnClosing: false,
    requestTimeout: LIMITS.receiveMs,
    http: {
      IncomingMessage: Incoming,
      headersTimeout: LIMITS.receiveMs,
      connectionsCheckingInterval: LIMITS.lookEveryMs,
    },
    genReqId: ({ headers }) => {
      const given = String(headers["x-request-id"] ?? "");
      return REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  return app;
}
