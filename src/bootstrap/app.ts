import type { ApolloServerPlugin } from "@apollo/server";
import cors from "@fastify/cors";
import type { TracerProvider } from "@opentelemetry/api";
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import type { AppConfig } from "../config/config.js";
import type { Clock } from "../core/clock.js";
import type { GraphContext } from "../graph/context.js";
import { buildGraph } from "../graph/schema/build.js";
import { type Cache, createCache } from "../loaders/cache.js";
import { createMetrics, type Metrics } from "../observability/metrics.js";
import { createTracing } from "../observability/tracing.js";
import { type Authenticate, authenticateNobody } from "../server/auth/authenticate.js";
import { isGateway } from "../server/auth/gateway-secret.js";
import { createApollo } from "../server/graphql/apollo.js";
import { limitOperations } from "../server/graphql/operation-limit.js";
import { addGraphqlRoute } from "../server/graphql/route.js";
import { createSharedAnswers, type SharedAnswers } from "../server/graphql/shared-answers.js";
import { addHealthRoutes } from "../server/http/health.js";
import { createHttp } from "../server/http/http.js";
import { addPages } from "../server/http/pages.js";
import { trackDraining } from "../server/http/shutdown.js";
import { addWebhookRoute } from "../server/http/webhooks.js";
import { createTrustedDocuments } from "../server/persisted/trusted-documents.js";
import { costSettingsOf, readConfigFiles } from "./config-files.js";
import { createEvents } from "./feishu-events.js";
import { runJobMirror } from "./job-mirror.js";
import { createContexts } from "./request-context.js";
import { openStreaming } from "./subscriptions.js";
import { createTenants, stateOf, type Tenants } from "./tenants.js";
import { openUpstream, type Upstream } from "./upstream.js";

/** What the application does not make itself. */
export interface AppParts {
  readonly clock: Clock;
  readonly logger?: NonNullable<FastifyServerOptions["logger"]>;
  readonly plugins?: readonly ApolloServerPlugin<GraphContext>[];
  /** Where traces go; operations are not traced when left out. */
  readonly traces?: TracerProvider;
  /** Gets what operators steer the service by. */
  readonly onControls?: (controls: Controls) => void;
  /** Metrics of the process as well; there can only be one. */
  readonly isOwnProcess?: boolean;
}

/** What operators steer a running service by. */
export interface Controls {
  /** Reads again what the configuration has in files; a file that is not good changes nothing. */
  reload(): Promise<void>;
  /** From now on it says that it is not ready, and serves all the same, until it is closed. */
  drain(): void;
}

/** The whole service as one Fastify instance, not yet listening. Closing it lets running operations finish. */
export async function buildApp(
  config: AppConfig,
  { clock, logger = false, plugins = [], traces, onControls, isOwnProcess = false }: AppParts,
): Promise<FastifyInstance> {
  const app = createHttp(logger);
  const schema = await buildGraph();
  const files = await readConfigFiles(config, schema);
  if (config.trusted) app.log.info({ mode: config.trusted.mode, ...files.summary }, "documents are trusted");
  const trust =
    config.trusted &&
    createTrustedDocuments(config.trusted.mode, files.documents, (request) => isGateway(request, config.gatewaySecret));
  const metrics = createMetrics(
    { stateOf: (endpoint) => stateOf(tenants.open(), endpoint), arrival: () => upstream.arrival.state() },
    isOwnProcess,
  );
  const settled = { ...config, quotas: files.quotas };
  const upstream = await openUpstream({ config: settled, clock, log: app.log, observer: metrics });
  const cache = createCache(clock, config.cacheMaxBytes);
  const answers = config.sharedAnswers ? createSharedAnswers(clock, config.ttl.pageMs, metrics.shared) : null;
  const tenants = createTenants({ config, clock, upstream, cache, onChange: () => answers?.clear() });
  // A self-built app has one tenant: who comes first does not wait for it.
  const own = config.appType === "self_built" ? tenants.of(null) : null;
  const eventParts = { config, clock, upstream, tenants, cache, answers, metrics };
  if (config.webhook) await subscribeToEvents(app, { ...eventParts, webhook: config.webhook });
  const mirror = config.jobMirror && own ? runJobMirror({ send: own.send, clock, app }) : null;

  const cost = { ...costSettingsOf(config), isShown: config.costExtension };
  const apollo = createApollo(schema, app.log, { ...config, store: trust?.store ?? null }, cost, plugins);
  await apollo.start();

  const authenticate = await chooseAuthenticate(config, upstream, clock);
  app.addHook("onClose", async () => {
    tenants.close();
    await apollo.stop();
    await upstream.close();
  });
  const { isDraining, drain } = trackDraining(app);
  const count = await limitOperations(app, config.maxOperationsPerSecond, upstream.redis);
  await app.register(cors, { origin: [...config.corsOrigins] });
  await addPages(app, config);
  const readiness = () => ({ isRefused: own?.isRefused() ?? false, isShared: own?.isShared() ?? null });
  addHealthRoutes(app, isDraining, readiness, metrics);
  const tracing = traces ? createTracing(traces) : null;
  const createContext = createContexts({ config, clock, log: app.log, tenants, mirror, metrics, tracing });
  const serving = { config, clock, trust, schema, cost, authenticate, createContext, count };
  const streaming = await openStreaming(app, { ...serving, onCount: metrics.subscriptions });
  onControls?.({
    async reload() {
      try {
        const changed = await readConfigFiles(config, schema);
        upstream.setQuotas(changed.quotas);
        trust?.replace(changed.documents);
        app.log.info({ ...changed.summary }, "quotas and trusted documents were read again");
      } catch (err) {
        app.log.error({ err }, "nothing was changed: what was read again is not good");
      }
    },
    drain() {
      drain();
      streaming.endAll();
    },
  });
  const { graphiql: hasGraphiql, loopbackOnly, corsOrigins } = config;
  const route = { authenticate, count, hasGraphiql, loopbackOnly, corsOrigins, trust, answers, ...streaming };
  addGraphqlRoute(app, apollo, route, createContext);
  return app;
}

interface EventSubscriptionParts {
  readonly config: AppConfig;
  readonly webhook: NonNullable<AppConfig["webhook"]>;
  readonly clock: Clock;
  readonly upstream: Upstream;
  readonly tenants: Tenants;
  readonly cache: Cache;
  readonly answers: SharedAnswers | null;
  readonly metrics: Metrics;
}

/** Takes Feishu's events, and what other replicas have heard. */
async function subscribeToEvents(app: FastifyInstance, parts: EventSubscriptionParts): Promise<void> {
  const { config, webhook, clock, upstream, tenants, cache, answers, metrics } = parts;
  const { appId } = config.credentials;
  const { redis, tickets } = upstream;
  const isStoreApp = config.appType === "store";
  const events = createEvents({
    appId,
    isStoreApp,
    redis,
    tickets,
    cache,
    answers,
    log: app.log,
    onTasksMoved({ tenant, ids }) {
      for (const { id, live } of tenants.open()) if (id === tenant) live.requestRefresh(ids);
    },
  });
  await events.start();
  app.addHook("onClose", events.close);
  await addWebhookRoute(app, { secrets: { appId, ...webhook }, clock, ...events, note: metrics.event });
}

/** How callers sign in. Only what is wanted is loaded: it delays the first answer. */
async function chooseAuthenticate({ auth }: AppConfig, { identify }: Upstream, clock: Clock): Promise<Authenticate> {
  if (auth.mode === "none") return authenticateNobody;
  if (auth.mode === "jwt") {
    const { createJwtAuthenticate } = await import("../server/auth/authenticate-jwt.js");
    return createJwtAuthenticate(auth.jwt, clock);
  }
  const { createFeishuAuthenticate } = await import("../server/auth/authenticate-feishu.js");
  return createFeishuAuthenticate(identify, auth.tenantKey, clock);
}
