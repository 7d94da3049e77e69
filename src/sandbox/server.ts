import { EventEmitter } from "node:events";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { createTokenService } from "./access-tokens.js";
import { type Answer, failure, sendAnswer, throttled } from "./answers.js";
import { answerWithFault } from "./apply-fault.js";
import { addAuthorizationPage, createAuthorizationService, OAUTH_TOKEN_URL } from "./authorization.js";
import { addControlRoutes } from "./control.js";
import { DOCUMENTED_QUOTAS, ENDPOINTS, keyOf, type SandboxRequest } from "./endpoints.js";
import { createEventService } from "./events.js";
import { createFaultBox } from "./faults.js";
import { createQuotaKeeper } from "./quotas.js";
import type { Sandbox, SandboxOptions } from "./sandbox.js";
import { createSignInService } from "./sign-in.js";
import { createStoreService } from "./store-service.js";
import { createWorld } from "./world.js";

const USER_INFO_URL = "/open-apis/authen/v1/user_info";
const TOKEN_URL = "/open-apis/auth/v3/tenant_access_token/internal";
const STORE_URLS = {
  "/open-apis/auth/v3/app_ticket/resend": "resend",
  "/open-apis/auth/v3/app_access_token": "appToken",
  "/open-apis/auth/v3/tenant_access_token": "tenantToken",
} as const;

/** Starts a simulated Feishu in this process, over real HTTP. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now = Date.now, quotas = DOCUMENTED_QUOTAS, quotaMode = "sliding", host = "127.0.0.1", port = 0 } = options;
  const keeper = createQuotaKeeper(now, quotas, quotaMode);
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  let throttledCalls = 0;
  const world = createWorld();
  const tokens = createTokenService(now);
  const webhooks = createEventService(now);
  const signIn = createSignInService(world, now);
  const sandbox = {
    world,
    webhooks,
    store: createStoreService(tokens, webhooks),
    signIn,
    authorization: createAuthorizationService(world, signIn, now),
    faults: createFaultBox(),
    tokens,
    calls: new Map<string, number>(),
    events: new EventEmitter(),
    throttledCalls: () => throttledCalls,
    async close() {
      sandbox.faults.clear();
      await app.close();
    },
  };

  const admitted = (key: string, request: FastifyRequest, answer: () => Answer): Answer => {
    const caller = sandbox.tokens.check(request.headers.authorization);
    if ("code" in caller) return failure(400, caller.code, caller.msg);
    const { appId, tenantKey } = caller;
    const verdict = keeper.admit(key, tenantKey === null ? appId : `${appId} ${tenantKey}`);
    if (verdict.allowed) return tenantKey === null ? answer() : stamped(answer(), tenantKey);
    throttledCalls += 1;
    return throttled(429, verdict.limit, verdict.resetS);
  };

  const serve = (
    method: "GET" | "POST",
    url: string,
    answer: (request: FastifyRequest, key: string) => Answer,
  ): void => {
    const key = keyOf({ method, url });
    app.route({
      method,
      url,
      handler: (request, reply): FastifyReply | Promise<FastifyReply> => {
        sandbox.calls.set(key, (sandbox.calls.get(key) ?? 0) + 1);
        sandbox.events.emit("call", key, request.url, request.headers);
        const struck = sandbox.faults.match(key, request.url);
        if (!struck) return sendAnswer(reply, answer(request, key));
        return answerWithFault(struck, request, reply, sandbox, () => answer(request, key));
      },
    });
  };

  serve("POST", TOKEN_URL, ({ body }) => {
    const { app_id, app_secret } = (body ?? {}) as Readonly<Record<string, unknown>>;
    return { httpStatus: 200, body: sandbox.tokens.issue(app_id, app_secret) };
  });
  for (const [url, office] of Object.entries(STORE_URLS)) {
    serve("POST", url, ({ body }) => ({ httpStatus: 200, body: sandbox.store[office]({ ...(body as object) }) }));
  }
  serve("POST", OAUTH_TOKEN_URL, ({ body }) => sandbox.authorization.token(body));
  serve("GET", USER_INFO_URL, ({ headers }) => sandbox.signIn.userInfo(headers.authorization));
  for (const endpoint of ENDPOINTS) {
    serve(endpoint.method, endpoint.url, (request, key) =>
      admitted(key, request, () => endpoint.answer(sandbox.world, request as FastifyRequest & SandboxRequest, now())),
    );
  }
  addErrorAnswers(app);
  addAuthorizationPage(app, world, sandbox.authorization);
  addControlRoutes(app, sandbox);
  return { ...sandbox, url: await app.listen({ host, port }) };
}

/**
 * Appends the tenant to titles and names, so that they show whose response it is.
 * All tenants of a store app see the same invented company.
 */
function stamped(answer: Answer, tenantKey: string): Answer {
  const stamp = (key: string, value: unknown) =>
    (key === "title" || key === "name") && typeof value === "string" ? `${value} @${tenantKey}` : value;
  return { ...answer, body: JSON.parse(JSON.stringify(answer.body, stamp)) };
}

function addErrorAnswers(app: FastifyInstance): void {
  app.setNotFoundHandler((_, reply) => sendAnswer(reply, failure(404, 99991201, "path not found")));
  app.setErrorHandler<Error>((error, _, reply) => sendAnswer(reply, failure(400, 9499, error.message)));
}
