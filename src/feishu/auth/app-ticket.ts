import { neverCancelled } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import { Secret } from "../../core/secret.js";
import { toUpstreamError, UpstreamError } from "../errors.js";
import type { Transport } from "../http/transport.js";
import type { AppCredentials } from "./access-token.js";
import type { TicketStore } from "./token-store.js";

/** The app_ticket of a store app (商店应用). Feishu sends it by event, every hour and on request. */
export interface AppTickets {
  /**
   * Returns the newest ticket. Without one, requests it from Feishu and waits for it.
   * @throws {UpstreamError} `UPSTREAM_UNAVAILABLE` when no ticket arrives.
   */
  get(): Promise<Secret>;
  /** Stores a ticket that arrived by event. */
  arrived(ticket: Secret): void;
  /** Drops a ticket that Feishu no longer accepts. */
  refuse(ticket: Secret): void;
}

/** Dependencies of the app tickets. */
export interface AppTicketParts {
  readonly transport: Transport;
  readonly credentials: AppCredentials;
  readonly clock: Clock;
  readonly store: TicketStore;
}

const ENDPOINT = "POST /open-apis/auth/v3/app_ticket/resend";
/** An operation lives for 15 s. A waiter for a ticket learns what is missing before that. */
const WAIT_MS = 8000;
const POLL_INTERVAL_MS = 250;

/** Creates the app tickets of one app, initially empty. */
export function createAppTickets({ transport, credentials, clock, store }: AppTicketParts): AppTickets {
  let cached: Secret | null = null;
  let refused: string | null = null;
  let waiting: Promise<Secret> | null = null;

  const take = (ticket: Secret | null): Secret | null => {
    if (ticket && ticket.reveal() !== refused) cached = ticket;
    return cached;
  };

  const requestTicket = async (): Promise<Secret> => {
    // A replica that cannot reach the store still receives tickets by event.
    const look = async (): Promise<Secret | null> => cached ?? take(await store.read().catch(() => null));
    const stored = await look();
    if (stored) return stored;
    await resend(transport, credentials);
    for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += POLL_INTERVAL_MS) {
      await clock.sleep(POLL_INTERVAL_MS);
      const arrived = await look();
      if (arrived) return arrived;
    }
    const message = "Feishu did not send the app_ticket; its events must reach POST /webhooks/feishu";
    throw new UpstreamError("UPSTREAM_UNAVAILABLE", message, null, { retryAfterMs: POLL_INTERVAL_MS });
  };

  return {
    async get() {
      if (cached) return cached;
      waiting ??= requestTicket().finally(() => {
        waiting = null;
      });
      return waiting;
    },
    arrived(ticket) {
      refused = null;
      cached = ticket;
      // If Redis rejects the write, the other replicas request their own ticket from Feishu.
      store.write(ticket).catch(() => {});
    },
    refuse(ticket) {
      refused = ticket.reveal();
      if (cached?.reveal() === refused) cached = null;
    },
  };
}

async function resend(transport: Transport, { appId, appSecret }: AppCredentials): Promise<void> {
  const answer = await transport.send({
    method: "POST",
    endpoint: ENDPOINT,
    path: ENDPOINT.slice("POST ".length),
    headers: {},
    body: { app_id: appId, app_secret: appSecret.reveal() },
    signal: neverCancelled,
  });
  if (answer.code === 0) return;
  throw toUpstreamError(
    answer.upstream,
    answer.resetMs,
    `Feishu rejected the request to resend the app_ticket (code ${answer.code})`,
  );
}
