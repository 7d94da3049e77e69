/**
 * Returns the name of a key or channel in Redis that belongs to one app. The braces keep all of an app's keys on one node of a
 * cluster.
 */
export const redisKey = (appId: string, ...name: readonly string[]): string =>
  [`feishu-hire-graphql:{${appId}}`, ...name].join(":");

/** Prefix of the counters of operations per client. */
export const OPERATION_COUNTER_PREFIX = "feishu-hire-graphql:operations:";
