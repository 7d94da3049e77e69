import { EventEmitter } from "node:events";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { createTokenOffice } from "./access-tokens.js";
import { type Answer, failure, sendAnswer, throttled } from "./answers.js";
import { answerWithFault } from "./apply-fault.js";
import { addControlRoutes } from "./control.js";
import { DOCUMENTED_QUOTAS, ENDPOINTS, keyOf, type SandboxRequest } from "./endpoints.js";
import { createFaultBox } from "./faults.js";
import { createQuotaKeeper } from "./quotas.js";
import type { Sandbox, SandboxOptions } from "./sandbox.js";
import { createSignInOffice } from "./sign-in.js";
import { createWorld } from "./world.js";

const USER_INFO_URL = "/open-apis/authen/v1/user_info";
const TOKEN_URL = "/open-apis/auth/v3/tenant_access_token/internal";

/** Starts a Feishu that lives in this process, over real HTTP. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now = Date.now, quotas = DOCUMENTED_QUOTAS, quotaMode = "sliding", host = "127.0.0.1", port = 0 } = options;
  const keeper = createQuotaKeeper(now, quotas, quotaMode);
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  let throttledCalls = 0;
  const world = createWorld();
  const sandbox = {
    world,
    signIn: createSignInOffice(world, now),
    faults: createFaultBox(),
    tokens: createTokenOffice(now),
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
    const verdict = keeper.admit(key, caller.appId);
    if (verdict.allowed) return answer();
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
        sandbox.events.emit("call", key, request.url);
        const struck = sandbox.faults.strike(key, request.url);
        if (!struck) return sendAnswer(reply, answer(request, key));
        return answerWithFault(struck, request, reply, sandbox, () => answer(request, key));
      },
    });
  };

  serve("POST", TOKEN_URL, ({ body }) => {
    const { app_id, app_secret } = (body ?? {}) as Readonly<Record<string, unknown>>;
    return { httpStatus: 200, body: sandbox.tokens.issue(app_id, app_secret) };
  });
  serve("GET", USER_INFO_URL, ({ headers }) => sandbox.signIn.userInfo(headers.authorization));
  for (const endpoint of ENDPOINTS) {
    serve(endpoint.method, endpoint.url, (request, key) =>
      admitted(key, request, () => endpoint.answer(sandbox.world, request as FastifyRequest & SandboxRequest, now())),
    );
  }
  addErrorAnswers(app);
  addControlRoutes(app, sandbox);
  return { ...sandbox, url: await app.listen({ host, port }) };
}

function addErrorAnswers(app: FastifyInstance): void {
  app.setNotFoundHandler((_, reply) => sendAnswer(reply, failure(404, 99991201, "path not found")));
  app.setErrorHandler<Error>((error, _, reply) => sendAnswer(reply, failure(400, 9499, error.message)));
}
