import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ApolloServerPlugin } from "@apollo/server";
import cors from "@fastify/cors";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from "fastify";
import type { GraphQLSchema } from "graphql";
import type { Clock } from "./clock.js";
import { type AppConfig, ConfigError } from "./config.js";
import { createEvents } from "./events.js";
import type { GraphContext } from "./graph/context.js";
import { buildGraph } from "./graph/schema.js";
import { runJobMirror } from "./job-mirror-run.js";
import { createEntityCache, type EntityCache } from "./loaders/entity-cache.js";
import { createContexts } from "./request-context.js";
import { createApollo } from "./server/apollo.js";
import { type Authenticate, authenticateNobody } from "./server/authenticate.js";
import { isGateway } from "./server/back-door.js";
import { addGraphqlRoute } from "./server/graphql-route.js";
import { addHealthRoutes } from "./server/health.js";
import { LIMITS } from "./server/limits.js";
import { type CheckSettings, checkManifest } from "./server/manifest.js";
import { addPages } from "./server/pages.js";
import { createSharedAnswers, type SharedAnswers } from "./server/shared-answers.js";
import { trackDraining } from "./server/shutdown.js";
import { createTrust, type Trust } from "./server/trusted-documents.js";
import { addWebhookRoute } from "./server/webhooks.js";
import { createTenants } from "./tenants.js";
import { openUpstream, type Upstream } from "./upstream.js";

/** What the application does not make itself. */
export interface AppParts {
  readonly clock: Clock;
  readonly logger: FastifyServerOptions["logger"];
  readonly plugins?: readonly ApolloServerPlugin<GraphContext>[];
}

/** Of a request that cannot be read Node keeps the bytes, with the credentials in them. */
const RAW_BYTES = { paths: ["err.rawPacket"], remove: true };

/** A request id of the client's is taken over when it looks like one. */
const REQUEST_ID = /^[\w-]{8,64}$/;

/** The whole service as one Fastify instance, not yet listening. Closing it lets running operations finish. */
export async function buildApp(
  config: AppConfig,
  { clock, logger = false, plugins = [] }: AppParts,
): Promise<FastifyInstance> {
  const app = Fastify({
    logger: logger && { ...(logger === true ? {} : logger), redact: RAW_BYTES },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: LIMITS.receiveMs,
    http: { headersTimeout: LIMITS.receiveMs, connectionsCheckingInterval: LIMITS.lookEveryMs },
    genReqId: ({ headers }) => {
      const given = String(headers["x-request-id"] ?? "");
      return REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  const { schema } = await buildGraph();
  const trust = await readTrust(config, schema, app.log);
  const upstream = await openUpstream({ config, clock, log: app.log });
  const cache = createEntityCache(clock, config.cacheMaxBytes);
  const tenants = createTenants({ config, upstream, cache });
  // A self-built app has one tenant: who comes first does not wait for it.
  const own = config.appType === "self_built" ? await tenants.of(null) : null;
  const answers = config.sharedAnswers ? createSharedAnswers(clock, config.ttl.pageMs) : null;
  if (config.webhook) await hearEvents(app, { config, webhook: config.webhook, clock, upstream, cache, answers });
  const mirror = config.jobMirror && own ? runJobMirror({ send: own.send, clock, app }) : null;

  const cost = {
    ...pricesOf(config),
    isShown: config.costExtension,
  };
  const apollo = createApollo(schema, app.log, { ...config, store: trust?.store ?? null }, cost, plugins);
  await apollo.start();

  const authenticate = await chooseAuthenticate(config, upstream, clock);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  app.addHook("onClose", async () => {
    await apollo.stop();
    await upstream.close();
  });
  const isDraining = trackDraining(app);
  await limitOperations(app, config, upstream);
  await app.register(cors, { origin: [...config.corsOrigins] });
  await addPages(app, config);
  addHealthRoutes(app, isDraining);
  addGraphqlRoute(
    app,
    apollo,
    { authenticate, hasGraphiql: config.graphiql, loopbackOnly: config.loopbackOnly, trust, answers },
    createContexts({ config, clock, log: app.log, tenants, mirror }),
  );
  return app;
}

interface HearingParts {
  readonly config: AppConfig;
  readonly webhook: NonNullable<AppConfig["webhook"]>;
  readonly clock: Clock;
  readonly upstream: Upstream;
  readonly cache: EntityCache;
  readonly answers: SharedAnswers | null;
}

/** Takes Feishu's events, and what other replicas have heard. */
async function hearEvents(app: FastifyInstance, parts: HearingParts): Promise<void> {
  const { config, webhook, clock, upstream, cache, answers } = parts;
  const { appId } = config.credentials;
  const { redis, tickets } = upstream;
  const isStoreApp = config.appType === "store";
  const events = createEvents({ appId, isStoreApp, redis, tickets, cache, answers, log: app.log, onChange: () => {} });
  await events.start();
  app.addHook("onClose", events.close);
  await addWebhookRoute(app, { secrets: { appId, ...webhook }, clock, ...events, note: () => {} });
}

const pricesOf = ({ maxFirst, basicNames, jointReads, maxCost }: AppConfig): CheckSettings => ({
  maxFirst,
  basicNames,
  jointReads,
  maxCost,
});

/** @throws {ConfigError} naming everything that is wrong with the manifest. */
async function readTrust(config: AppConfig, schema: GraphQLSchema, log: FastifyBaseLogger): Promise<Trust | null> {
  if (!config.trusted) return null;
  const { mode, manifest } = config.trusted;
  const json = await readFile(manifest, "utf8").catch(({ code }) => {
    throw new ConfigError([`TRUSTED_DOCUMENTS_MANIFEST ${JSON.stringify(manifest)} cannot be read: ${code}`]);
  });
  const { documents, problems, dearest } = checkManifest(json, schema, pricesOf(config));
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `TRUSTED_DOCUMENTS_MANIFEST ${problem}`));
  log.info({ mode, documents: documents.size, dearest }, "documents are trusted");
  return createTrust(mode, documents, (request) => isGateway(request, config.gatewaySecret));
}

/** How callers sign in. Only what is wanted is loaded: it delays the first answer. */
async function chooseAuthenticate({ auth }: AppConfig, { identify }: Upstream, clock: Clock): Promise<Authenticate> {
  if (auth.mode === "none") return authenticateNobody;
  if (auth.mode === "jwt") {
    const { createJwtAuthenticate } = await import("./server/authenticate-jwt.js");
    return createJwtAuthenticate(auth.jwt, clock);
  }
  const { createFeishuAuthenticate } = await import("./server/authenticate-feishu.js");
  return createFeishuAuthenticate(identify, auth.tenantKey, clock);
}

/** Counts operations by client, where that is asked for; replicas that share Redis count together. */
async function limitOperations(app: FastifyInstance, config: AppConfig, { redis }: Upstream): Promise<void> {
  const { maxOperationsPerSecond: max } = config;
  if (max === null) return;
  await app.register(import("@fastify/rate-limit"), {
    global: false,
    timeWindow: 1000,
    max,
    nameSpace: "feishu-hire-graphql:operations:",
    // A counter that cannot be reached must not close the service.
    skipOnError: true,
    ...(redis && { redis }),
  });
}
