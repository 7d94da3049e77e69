import websocket from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { handleProtocols } from "graphql-ws";
import type { Caller } from "./authz/viewer.js";
import type { Clock } from "./clock.js";
import type { AppConfig } from "./config.js";
import { UpstreamError } from "./feishu/errors.js";
import { keyOf } from "./server/authenticate.js";
import { createEventStreams, type EventStreams } from "./server/sse.js";
import { createSubscriptions, type SubscriptionParts } from "./server/subscriptions.js";
import type { Trust } from "./server/trusted-documents.js";
import { createWebSockets, MAX_MESSAGE_BYTES, type WebSockets } from "./server/websocket.js";

/** What streams are served with. */
export interface StreamingParts extends Omit<SubscriptionParts, "production" | "log" | "store"> {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly trust: Trust | null;
}

/** The two ways that subscriptions go, from one source. */
export interface Streaming {
  readonly streams: EventStreams;
  readonly sockets: WebSockets;
  /** Sends all who are subscribed elsewhere. */
  endAll(): void;
}

/** Readies subscriptions; routes that take WebSockets have to be added after this. */
export async function openStreaming(app: FastifyInstance, parts: StreamingParts): Promise<Streaming> {
  const { config, clock, trust, schema, authenticate } = parts;
  const { log } = app;
  const { production } = config;
  const subscriptions = createSubscriptions({ ...parts, production, log, store: trust?.store ?? null });
  const streams = createEventStreams(subscriptions);
  const refuseTooMany = limitAsking(app, config);
  const sockets = createWebSockets({
    subscriptions,
    authenticate,
    schema,
    clock,
    log,
    async admit(params, request, caller) {
      await refuseTooMany(request, caller);
      return trust?.admitted(params, request) ?? params;
    },
  });
  const endAll = (): void => {
    streams.endAll();
    sockets.endAll();
  };
  await app.register(websocket, {
    // Whoever serves a connection sees to its errors.
    errorHandler: () => {},
    options: { maxPayload: MAX_MESSAGE_BYTES, handleProtocols },
    preClose(done) {
      endAll();
      app.websocketServer.close();
      done();
    },
  });
  return { streams, sockets, endAll };
}

/** Whoever asks through a WebSocket is counted as by the route, where there is a limit. */
function limitAsking(app: FastifyInstance, { maxOperationsPerSecond: max }: AppConfig) {
  const callers = new WeakMap<FastifyRequest, Caller>();
  const check =
    max === null
      ? null
      : app.createRateLimit({
          max,
          timeWindow: 1000,
          keyGenerator: (request) => keyOf(callers.get(request) ?? null, request),
        });
  return async (request: FastifyRequest, caller: Caller): Promise<void> => {
    callers.set(request, caller);
    const verdict = await check?.(request);
    if (!verdict || verdict.isAllowed || !verdict.isExceeded) return;
    const message = `more than ${max} operations in a second`;
    throw new UpstreamError("UPSTREAM_RATE_LIMITED", message, null, { retryAfterMs: Math.max(1, verdict.ttl) });
  };
}
