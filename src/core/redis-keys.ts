/**
 * Returns the name of a key or channel in Redis. `owner` is an app, or a tenant of it; the braces keep all keys of one owner on
 * one node of a cluster.
 */
export const redisKey = (owner: string, ...name: readonly string[]): string =>
  [`feishu-hire-graphql:{${owner}}`, ...name].join(":");

/** Prefix of the counters of operations per client. */
export const OPERATION_COUNTER_PREFIX = "feishu-hire-graphql:operations:";
