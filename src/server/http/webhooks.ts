import type { FastifyInstance } from "fastify";
import type { Clock } from "../../core/clock.js";
import { type FeishuEvent, RefusedWebhook, readWebhook, type WebhookSecrets } from "../../feishu/events/webhook.js";

/** What the route does with what comes. */
export interface WebhookParts {
  readonly secrets: WebhookSecrets;
  readonly clock: Clock;
  /** Whether an event comes for the first time, in the whole fleet. Answers in a second at most. */
  isNew(event: FeishuEvent): Promise<boolean>;
  /** Does what the event asks for; must neither fail nor wait. */
  handle(event: FeishuEvent): void;
  /** Told what became of each request. */
  note(type: string, outcome: "taken" | "repeated" | "refused"): void;
}

/** The largest event that Feishu documents has 2 kB. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * `POST /webhooks/feishu`: Feishu's events. It is acknowledged at once, for Feishu waits for three seconds and then delivers it
 * again; what is not Feishu's is refused without saying more than why.
 */
export async function addWebhookRoute(app: FastifyInstance, parts: WebhookParts): Promise<void> {
  const { secrets, clock, isNew, handle, note } = parts;
  await app.register(async (scope) => {
    // The signature is over the bytes as they came.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (_, body, done) => done(null, body));
    scope.post<{ Body: Buffer | undefined }>(
      "/webhooks/feishu",
      {
        bodyLimit: MAX_BODY_BYTES,
        errorHandler(error, request, reply) {
          const status = (error as { statusCode?: number }).statusCode ?? 500;
          note("unknown", "refused");
          if (status >= 500) request.log.error({ requestId: request.id, err: error }, "an event could not be read");
          else request.log.warn({ requestId: request.id, reason: (error as Error).message }, "an event was refused");
          reply
            .code(status)
            .send({ message: status >= 500 ? "the event could not be read" : (error as Error).message });
        },
      },
      async ({ body, headers }) => {
        if (!body) throw new RefusedWebhook(400, "the body is empty");
        const signature = {
          timestamp: oneOf(headers["x-lark-request-timestamp"]),
          nonce: oneOf(headers["x-lark-request-nonce"]),
          signature: oneOf(headers["x-lark-signature"]),
        };
        const message = readWebhook(body, signature, secrets, clock.now());
        if (message.kind === "challenge") return { challenge: message.challenge };
        const { event } = message;
        const isFirst = await isNew(event);
        note(event.type, isFirst ? "taken" : "repeated");
        if (isFirst) handle(event);
        return {};
      },
    );
  });
}

const oneOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === "string" ? header : undefined;
