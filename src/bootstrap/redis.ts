import { Redis } from "ioredis";
import type { Secret } from "../core/secret.js";

/** Milliseconds after which a silent Redis counts as unavailable: the limiter then uses its fallback share. */
export const ANSWER_WITHIN_MS = 1000;
const CONNECT_WITHIN_MS = 1000;
const MAX_RECONNECT_DELAY_MS = 1000;

/**
 * A connection to Redis that fails at once where it cannot serve: nothing waits in a queue for it to come back, and nothing
 * is sent twice. It goes on trying to connect by itself.
 */
export function openRedis(url: Secret): Redis {
  const redis = new Redis(url.reveal(), {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_WITHIN_MS,
    // A server that takes commands and never answers is left, and its commands with it.
    socketTimeout: 2 * ANSWER_WITHIN_MS,
    connectTimeout: CONNECT_WITHIN_MS,
    retryStrategy: (attempt) => Math.min(50 * attempt, MAX_RECONNECT_DELAY_MS),
  });
  // Each command fails by itself, and whoever sent it tells; without a listener an error would end the process.
  redis.on("error", () => {});
  return redis;
}
