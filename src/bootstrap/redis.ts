import { Redis } from "ioredis";
import type { Secret } from "../core/secret.js";

/** Milliseconds after which a silent Redis counts as unavailable: the limiter then uses its fallback share. */
export const ANSWER_WITHIN_MS = 1000;
const CONNECT_WITHIN_MS = 1000;
const MAX_RECONNECT_DELAY_MS = 1000;

/**
 * Creates a connection that reconnects by itself. While it is down, commands fail at once: none is queued or sent twice.
 */
export function openRedis(url: Secret): Redis {
  const redis = new Redis(url.reveal(), {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_WITHIN_MS,
    // Closes the connection to a server that accepts commands and never responds.
    socketTimeout: 2 * ANSWER_WITHIN_MS,
    connectTimeout: CONNECT_WITHIN_MS,
    retryStrategy: (attempt) => Math.min(50 * attempt, MAX_RECONNECT_DELAY_MS),
  });
  // Callers handle the failure of their commands; without a listener an error would end the process.
  redis.on("error", () => {});
  return redis;
}
