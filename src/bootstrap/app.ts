import type { ApolloServer, ApolloServerPlugin } from "@apollo/server";
import compress from "@fastify/compress";
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import type { TracerProvider } from "@opentelemetry/api";
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import type { AppConfig } from "../config/config.js";
import type { Clock } from "../core/clock.js";
import type { GraphContext } from "../graph/context.js";
import { createApollo } from "../server/graphql/apollo.js";
import { graphqlRoute } from "../server/graphql/route.js";
import { COMPRESSION, corsOptions, securityHeaders } from "../server/http/headers.js";
import { healthRoutes } from "../server/http/health.js";
import { refuseBrokenHost, refuseForeignHost } from "../server/http/host.js";
import { createHttp } from "../server/http/http.js";
import { pages } from "../server/http/pages.js";
import { trackDraining } from "../server/http/shutdown.js";
import { webhookRoute } from "../server/http/webhooks.js";
import { openEvents } from "./feishu-events.js";
import { openServices, type Services } from "./services.js";
import { hasSessions, type WebSessions } from "./sessions.js";
import { openSubscriptions } from "./subscriptions.js";

/** Dependencies of the application. */
export interface AppParts {
  readonly clock: Clock;
  readonly logger?: NonNullable<FastifyServerOptions["logger"]>;
  readonly plugins?: readonly ApolloServerPlugin<GraphContext>[];
  /** Destination of traces; operations are not traced without it. */
  readonly traces?: TracerProvider;
  /** Receives the controls of the running service. */
  readonly onControls?: (controls: Controls) => void;
  /** Adds the metrics of the process; one application per process may do so. */
  readonly isOwnProcess?: boolean;
}

/** Controls of a running service. */
export interface Controls {
  /** Reads the configuration's files again; keeps the previous configuration when they are invalid. */
  reload(): Promise<void>;
  /** Reports from now on that the service is not ready; it still serves until it is closed. */
  drain(): void;
}

/** The whole service as one Fastify instance, not yet listening. Closing it lets running operations finish. */
export async function buildApp(
  config: AppConfig,
  { clock, logger = false, plugins = [], traces, onControls, isOwnProcess = false }: AppParts,
): Promise<FastifyInstance> {
  const app = createHttp(logger, config);
  const services = await openServices(app, config, { clock, isOwnProcess, ...(traces && { traces }) });
  const { metrics, readiness, reload } = services;
  const drain = trackDraining(app, { clock, graceMs: config.drainGraceMs });

  await app.register(cors, corsOptions(config.corsOrigins, hasSessions(config)));
  await app.register(compress, COMPRESSION);
  await app.register(helmet, securityHeaders(config.session.isOn));
  await app.register(pages, { graphiql: config.graphiql, isSandbox: config.isSandbox });
  await app.register(healthRoutes, { isDraining: drain.isDraining, readiness, metrics });
  if (config.webhook) await app.register(webhookRoute, await openEvents(app, services, config.webhook));
  if (services.webSessions) await registerSessions(app, services, services.webSessions);
  const apollo = await startApollo(app, services, plugins);
  const subscriptions = await openSubscriptions(app, services, apollo);
  await app.register(graphqlRoute, { ...services, apollo, subscriptions });
  // After the hooks that end subscriptions: their connections would stay open until then.
  app.addHook("preClose", drain.closeConnections);

  onControls?.({
    reload,
    drain() {
      drain.begin();
      subscriptions.endAll();
    },
  });
  return app;
}

/** Registers the routes of signing in and out. */
async function registerSessions(app: FastifyInstance, services: Services, webSessions: WebSessions): Promise<void> {
  const [{ fastifyCookie }, { sessionRoutes }] = await Promise.all([
    import("@fastify/cookie"),
    import("../server/auth/session/routes.js"),
  ]);
  const { config, countOperation, clock } = services;
  const { basePath, session } = config;
  await app.register(async (scope) => {
    scope.addHook("onRequest", refuseBrokenHost);
    if (config.loopbackOnly) scope.addHook("onRequest", refuseForeignHost);
    await scope.register(fastifyCookie);
    const options = { ...webSessions, publicUrl: session.publicUrl, basePath, countOperation, now: clock.now };
    await scope.register(sessionRoutes, options);
  });
}

async function startApollo(
  app: FastifyInstance,
  { config, schema, trustedDocuments, cost }: Services,
  plugins: readonly ApolloServerPlugin<GraphContext>[],
): Promise<ApolloServer<GraphContext>> {
  const settings = { ...config, store: trustedDocuments?.store ?? null };
  const apollo = createApollo(schema, app.log, settings, cost, plugins);
  await apollo.start();
  app.addHook("onClose", () => apollo.stop());
  return apollo;
}
