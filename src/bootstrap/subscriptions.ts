import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import { handleProtocols } from "graphql-ws";
import type { AppConfig } from "../config/config.js";
import type { Clock } from "../core/clock.js";
import type { CountOperation } from "../server/graphql/operation-limit.js";
import type { TrustedDocuments } from "../server/persisted/trusted-documents.js";
import { createEventStreams, type EventStreams } from "../server/subscriptions/sse.js";
import { createSubscriptions, type SubscriptionParts } from "../server/subscriptions/subscriptions.js";
import { createWebSockets, MAX_MESSAGE_BYTES, type WebSockets } from "../server/subscriptions/websocket.js";

/** What streams are served with. */
export interface StreamingParts extends Omit<SubscriptionParts, "production" | "log" | "store"> {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly trust: TrustedDocuments | null;
  readonly count: CountOperation;
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
  const { config, clock, trust, schema, authenticate, count } = parts;
  const { log } = app;
  const { production } = config;
  const subscriptions = createSubscriptions({ ...parts, production, log, store: trust?.store ?? null });
  const streams = createEventStreams(subscriptions);
  const sockets = createWebSockets({
    subscriptions,
    authenticate,
    schema,
    clock,
    log,
    async admit(params, request, caller) {
      await count(request, caller);
      return trust?.enforceParams(params, request) ?? params;
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
      streams.close();
      sockets.endAll();
      app.websocketServer.close();
      done();
    },
  });
  return { streams, sockets, endAll };
}
