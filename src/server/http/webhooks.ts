import type { FastifyPluginAsync } from "fastify";
import type { Clock } from "../../core/clock.js";
import { type FeishuEvent, RefusedWebhook, readWebhook, type WebhookSecrets } from "../../feishu/events/webhook.js";

/** Dependencies of the webhook route. */
export interface WebhookOptions {
  readonly secrets: WebhookSecrets;
  readonly clock: Clock;
  /** Returns true for the first delivery of an event to the whole fleet. Resolves within a second. */
  isNew(event: FeishuEvent): Promise<boolean>;
  /** Handles an event; must neither fail nor wait. */
  handle(event: FeishuEvent): void;
  /** Records the outcome of each request. */
  note(type: string, outcome: "taken" | "repeated" | "refused"): void;
}

/** Maximum bytes of a body. The largest event that Feishu documents has 2 kB. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * Adds `POST /webhooks/feishu` for Feishu's events.
 * Each event is acknowledged at once, because Feishu waits three seconds and then delivers it again.
 * A request that is not from Feishu is refused with the reason and no other detail.
 */
export const webhookRoute: FastifyPluginAsync<WebhookOptions> = async (scope, options) => {
  const { secrets, clock, isNew, handle, note } = options;
  // The signature covers the bytes as received.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (_, body, done) => done(null, body));
  scope.post<{ Body: Buffer | undefined }>(
    "/webhooks/feishu",
    {
      bodyLimit: MAX_BODY_BYTES,
      errorHandler(error, request, reply) {
        const status = (error as { statusCode?: number }).statusCode ?? 500;
        note("unknown", "refused");
        if (status >= 500) request.log.error({ requestId: request.id, err: error }, "Webhook event failed");
        else request.log.warn({ requestId: request.id, reason: (error as Error).message }, "Webhook event refused");
        reply
          .code(status)
          .send({ message: status >= 500 ? "the event could not be processed" : (error as Error).message });
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
};

const oneOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === "string" ? header : undefined;
