import type { ApolloServer } from "@apollo/server";
import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import { handleProtocols } from "graphql-ws";
import type { GraphContext } from "../graph/context.js";
import { withoutEmptyParams } from "../server/graphql/params.js";
import { createEventStreams, type EventStreams } from "../server/subscriptions/sse.js";
import { createSubscriptions } from "../server/subscriptions/subscriptions.js";
import { createWebSockets, MAX_MESSAGE_BYTES, type WebSockets } from "../server/subscriptions/websocket.js";
import type { Services } from "./services.js";

/** The two transports of subscriptions. */
export interface SubscriptionTransports {
  readonly streams: EventStreams;
  readonly sockets: WebSockets;
  /** Closes all connections; clients reconnect to another replica. */
  endAll(): void;
}

/** Opens the transports of subscriptions. Routes that accept WebSockets must be registered after this. */
export async function openSubscriptions(
  app: FastifyInstance,
  services: Services,
  apollo: ApolloServer<GraphContext>,
): Promise<SubscriptionTransports> {
  const { config, clock, log, schema, cost, metrics, trustedDocuments } = services;
  const { authenticate, countOperation, createContext } = services;
  const subscriptions = createSubscriptions({
    apollo,
    schema,
    cost,
    log,
    clock,
    authenticate,
    createContext,
    production: config.production,
    store: trustedDocuments?.store ?? null,
    onCount: metrics.subscriptions,
  });
  const streams = createEventStreams(subscriptions);
  const sockets = createWebSockets({
    subscriptions,
    authenticate,
    schema,
    clock,
    log,
    async admit(payload, request, caller) {
      await countOperation(request, caller);
      const params = withoutEmptyParams(payload);
      return trustedDocuments?.enforceParams(params, request) ?? params;
    },
  });
  await app.register(websocket, {
    // The handler of a connection handles its errors.
    errorHandler: () => {},
    options: { maxPayload: MAX_MESSAGE_BYTES, handleProtocols },
    preClose(done) {
      streams.close();
      sockets.endAll();
      app.websocketServer.close();
      done();
    },
  });
  return {
    streams,
    sockets,
    endAll() {
      streams.endAll();
      sockets.endAll();
    },
  };
}
