import { randomUUID } from "node:crypto";
import { IncomingMessage } from "node:http";
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from "fastify";
import { LIMITS } from "../graphql/limits.js";

/** Redaction of the raw bytes that Node keeps of an unreadable request. They contain the credentials. */
const RAW_BYTES = { paths: ["err.rawPacket"], remove: true };

/** Pattern that a client's request id must match to be adopted. */
const REQUEST_ID = /^[\w-]{8,64}$/;

/**
 * Request that counts as an upgrade only for WebSockets. Once an upgrade listener exists, Node treats every request
 * that offers an upgrade as one, without a body. Some clients offer HTTP/2 with each request.
 */
class Incoming extends IncomingMessage {
  // Not a private field: the superclass constructor sets `upgrade` before private fields exist.
  declare private offersUpgrade: boolean;

  get upgrade(): boolean {
    return this.offersUpgrade && this.headers.upgrade?.toLowerCase() === "websocket";
  }

  set upgrade(isOffered: boolean) {
    this.offersUpgrade = isOffered;
  }
}

/** Settings of the HTTP server. */
export interface HttpServerSettings {
  /** Proxies whose `X-Forwarded-For` is believed. */
  readonly trustProxy: number | string[] | false;
  /** Path prefix of every route; empty for none. */
  readonly basePath: string;
  /** Milliseconds for which an idle connection stays open. */
  readonly keepAliveMs: number;
  /** Milliseconds that the headers of a request may take to arrive. */
  readonly headersTimeoutMs: number;
}

/** Creates an HTTP server without routes. Requests are bounded in size and time; answers carry their request id. */
export function createHttp(
  logger: NonNullable<FastifyServerOptions["logger"]>,
  { trustProxy, basePath, keepAliveMs, headersTimeoutMs }: HttpServerSettings,
): FastifyInstance {
  const app = Fastify({
    trustProxy: typeof trustProxy === "number" ? (_: string, hop: number) => hop < trustProxy : trustProxy,
    keepAliveTimeout: keepAliveMs,
    // Requests without the prefix are served too: probes, and proxies that remove it.
    rewriteUrl: ({ url = "/" }) => (url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url),
    logger: logger && { ...(logger === true ? {} : logger), redact: RAW_BYTES },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.bodyBytes,
    // Requests on open connections are still served while the last running requests finish.
    return503OnClosing: false,
    requestTimeout: LIMITS.receiveMs,
    http: {
      IncomingMessage: Incoming,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: LIMITS.checkIntervalMs,
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
