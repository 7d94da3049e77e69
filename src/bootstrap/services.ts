import type { TracerProvider } from "@opentelemetry/api";
import type { FastifyInstance } from "fastify";
import type { AppConfig } from "../config/config.js";
import type { Clock } from "../core/clock.js";
import { buildGraph } from "../graph/schema/build.js";
import { createCache } from "../loaders/cache.js";
import { createMetrics } from "../observability/metrics.js";
import { createTracing } from "../observability/tracing.js";
import { type Authenticate, authenticateNobody } from "../server/auth/authenticate.js";
import { isGateway } from "../server/auth/gateway-secret.js";
import { authenticateSessions } from "../server/auth/session/authenticate-session.js";
import { limitOperations } from "../server/graphql/operation-limit.js";
import { createSharedAnswers } from "../server/graphql/shared-answers.js";
import type { Readiness } from "../server/http/health.js";
import { createTrustedDocuments, type TrustedDocuments } from "../server/persisted/trusted-documents.js";
import { costSettingsOf, readConfigFiles } from "./config-files.js";
import { runJobMirror } from "./job-mirror.js";
import { createContexts } from "./request-context.js";
import { hasSessions, openSessions } from "./sessions.js";
import { createTenants, stateOf } from "./tenants.js";
import { openUpstream, type Upstream } from "./upstream.js";

/** Everything that routes are built from. */
export type Services = Awaited<ReturnType<typeof openServices>>;

/** Options that do not come from the environment. */
export interface ServiceOptions {
  readonly clock: Clock;
  readonly traces?: TracerProvider;
  /** Adds the metrics of the process; one service per process may do so. */
  readonly isOwnProcess: boolean;
}

/** Opens the services of an application; they close with it. */
export async function openServices(
  app: FastifyInstance,
  config: AppConfig,
  { clock, traces, isOwnProcess }: ServiceOptions,
) {
  const { log } = app;
  const schema = await buildGraph();
  const files = await readConfigFiles(config, schema);
  const trustedDocuments = openTrustedDocuments(config, files);
  if (config.trusted) log.info({ mode: config.trusted.mode, ...files.summary }, "Trusted documents loaded");
  const metrics = createMetrics(
    { stateOf: (endpoint) => stateOf(tenants.open(), endpoint), arrival: () => upstream.arrival.state() },
    isOwnProcess,
  );
  const upstream = await openUpstream({ config: { ...config, quotas: files.quotas }, clock, log, observer: metrics });
  const cache = createCache(clock, config.cacheMaxBytes);
  const sharedAnswers = config.sharedAnswers ? createSharedAnswers(clock, config.ttl.pageMs, metrics.shared) : null;
  const tenants = createTenants({ config, clock, upstream, cache, onChange: () => sharedAnswers?.clear() });
  // A self-built app has one tenant: it is ready before the first request.
  const ownTenant = config.appType === "self_built" ? tenants.of(null) : null;
  const mirror = config.jobMirror && ownTenant ? runJobMirror({ send: ownTenant.send, clock, app }) : null;
  const tracing = traces ? createTracing(traces) : null;
  const webSessions = hasSessions(config) ? await openSessions({ config, clock, upstream, tenants }) : null;
  const bearer = await chooseAuthenticate(config, upstream, clock);
  const authenticate = webSessions ? authenticateSessions(webSessions.sessions, webSessions.cookie, bearer) : bearer;
  const countOperation = await limitOperations(app, config.maxOperationsPerSecond, upstream.redis);
  app.addHook("onClose", async () => {
    tenants.close();
    await upstream.close();
  });
  return {
    config,
    clock,
    log,
    schema,
    cost: { ...costSettingsOf(config), isShown: config.costExtension },
    metrics,
    upstream,
    cache,
    tenants,
    /** `null`: every operation runs by itself. */
    sharedAnswers,
    /** `null` without a manifest. */
    trustedDocuments,
    authenticate,
    /** `null` where browsers cannot sign in. */
    webSessions,
    countOperation,
    createContext: createContexts({ config, clock, log, tenants, mirror, metrics, tracing }),
    readiness: (): Readiness => ({
      isRefused: ownTenant?.isRefused() ?? false,
      isShared: ownTenant?.isShared() ?? null,
    }),
    /** Reads the configuration's files again; keeps the previous configuration when they are invalid. */
    async reload() {
      try {
        const changed = await readConfigFiles(config, schema);
        upstream.setQuotas(changed.quotas);
        trustedDocuments?.replace(changed.documents);
        log.info({ ...changed.summary }, "Quotas and trusted documents reloaded");
      } catch (err) {
        log.error({ err }, "Reload failed; keeping the previous configuration");
      }
    },
  };
}

function openTrustedDocuments(
  { trusted, gatewaySecret }: AppConfig,
  { documents }: Awaited<ReturnType<typeof readConfigFiles>>,
): TrustedDocuments | null {
  // A gateway writes its documents itself.
  return trusted && createTrustedDocuments(trusted.mode, documents, (request) => isGateway(request, gatewaySecret));
}

/** Chooses how callers sign in. Modules load on demand, because they delay the first response. */
async function chooseAuthenticate(
  { auth, proxy }: AppConfig,
  { identify }: Upstream,
  clock: Clock,
): Promise<Authenticate> {
  if (auth.mode === "none") return authenticateNobody;
  if (auth.mode === "jwt") {
    const { createJwtAuthenticate } = await import("../server/auth/authenticate-jwt.js");
    const fetchThroughProxy = proxy && (await import("../feishu/http/proxied-fetch.js")).createProxiedFetch(proxy);
    return createJwtAuthenticate(auth.jwt, clock, fetchThroughProxy);
  }
  const { createFeishuAuthenticate } = await import("../server/auth/authenticate-feishu.js");
  return createFeishuAuthenticate(identify, auth.tenantKey, clock);
}
