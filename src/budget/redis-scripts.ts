import type { Redis } from "ioredis";
import { z } from "zod";
import type { Part } from "./allowance.js";
import type { RateWindow } from "./windows.js";

/** What a replica tells of one pool, and asks of it. */
export interface Exchange {
  readonly endpoint: string;
  readonly part: Part;
  readonly windows: readonly RateWindow[];
  /** The part of every quota that a replica without Redis keeps to. */
  readonly share: number;
  /** How many slots are wanted. */
  readonly want: number;
  /** How many calls wait for them: fewer, when a block is asked for. */
  readonly waiting: number;
  /** This replica's calls that count in each window. */
  readonly own: readonly number[];
  /** How new slots are called: by this name and the numbers from the first on. */
  readonly slots: { readonly name: string; readonly first: number };
  /** Calls that have ended, with how many milliseconds ago. */
  readonly ended: readonly { readonly id: string; readonly ageMs: number }[];
  /** Slots that were not used. */
  readonly unused: readonly string[];
  /** Slots in use; only told by a replica that is about to join. */
  readonly inUse?: readonly string[];
  /** The upstream wants to be left alone for so many milliseconds; 0 when it does not. */
  readonly pauseMs: number;
}

const exchanged = z.object({
  /** `unknown`: this replica has to join (again) first. */
  state: z.enum(["ok", "unknown"]),
  granted: z.number(),
  retryInMs: z.number(),
  /** Calls that count in each window, those of all replicas. */
  counted: z.array(z.number()),
});

const joined = z.object({
  /** False when Redis does not know this replica, which only said that it is still there. */
  isKnown: z.boolean(),
  /** Whether Redis knows of the calls of all replicas. */
  isReady: z.boolean(),
  replicas: z.number(),
});

/** What Redis answers to a replica that joins, or says that it is still there. */
export type Joined = z.output<typeof joined>;

/** What Redis answers to an exchange. */
export type Exchanged = z.output<typeof exchanged>;

/** The fleet's shared state in Redis, behind scripts that each run as one step. */
export interface FleetStore {
  exchange(exchange: Exchange): Promise<Exchanged>;
  /** Joins the fleet, of which `expected` replicas were seen before, or says that this replica is still there. */
  join(expected: number, isNew: boolean): Promise<Joined>;
  leave(): Promise<void>;
}

/** How a store is opened. */
export interface FleetStoreOptions {
  readonly redis: Redis;
  /** Whose quota it is: part of every key. */
  readonly tenant: string;
  /** This process's name in the fleet. */
  readonly replica: string;
  /** Milliseconds after which a slot that nobody has spoken of counts as used and ended. */
  readonly slotLifeMs: number;
  /** Milliseconds of the longest window: after a loss of Redis' memory nothing of before counts any more. */
  readonly longestWindowMs: number;
  /** In place of Redis' own clock; for tests. */
  readonly now?: () => number;
}

/** A replica that has been silent for so long may have lost Redis: its share is kept for it. */
export const SILENT_AFTER_MS = 1500;
/** After so long it is taken for dead. */
const DEAD_AFTER_MS = 15_000;

const NOW = `
local p = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = p.nowMs or (time[1] * 1000 + time[2] / 1000)
`;

/**
 * A slot stands in the sorted set \`open\` by when it expires, from its grant until its end is told; then in \`ends\` by when
 * its call ended. Both count: see \`delayUntilFree\`, whose arithmetic this is. While others are waiting, none has more than an
 * even share of a window.
 */
const EXCHANGE = `${NOW}
local replicas, open, ends, hold, otherOpen, hungry = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local joining = p.inUse ~= nil
if not joining and not redis.call('ZSCORE', replicas, p.replica) then
  return cjson.encode({ state = 'unknown', granted = 0, retryInMs = 0, counted = p.unused })
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', open, '-inf', now)) do
  redis.call('ZADD', ends, redis.call('ZSCORE', open, id), id)
  redis.call('ZREM', open, id)
end
for _, id in ipairs(p.inUse or {}) do redis.call('ZADD', open, now + p.slotLifeMs, id) end
for _, id in ipairs(p.unused) do redis.call('ZREM', open, id) end
for _, call in ipairs(p.ended) do
  redis.call('ZREM', open, call.id)
  redis.call('ZADD', ends, now - call.ageMs, call.id)
end
redis.call('ZREMRANGEBYSCORE', ends, '-inf', now - p.longestWindowMs)
if p.pauseMs > 0 then
  local untilMs = math.max(now + p.pauseMs, tonumber(redis.call('HGET', hold, 'untilMs') or 0))
  redis.call('HSET', hold, 'untilMs', untilMs, 'probe', 'due')
end
local inFlight = redis.call('ZCARD', open)
local silent = redis.call('ZCOUNT', replicas, '-inf', now - p.silentAfterMs)
redis.call('ZREM', hungry, p.replica)
local others = redis.call('ZCOUNT', hungry, now - p.hungryForMs, '+inf')
local counted, free, retryInMs = {}, p.want, 0
for i, window in ipairs(p.windows) do
  local limit = math.floor(window.limit * math.max(0, 1 - silent * p.share))
  counted[i] = inFlight + redis.call('ZCOUNT', ends, '(' .. (now - window.windowMs), '+inf')
  free = math.min(free, limit - counted[i])
  if others > 0 then free = math.min(free, math.ceil(limit / (others + 1)) - (p.own[i] or 0)) end
  local places = limit - inFlight
  if places <= 0 then
    retryInMs = math.max(retryInMs, p.pollMs)
  else
    local oldest = redis.call('ZREVRANGE', ends, places - 1, places - 1, 'WITHSCORES')
    if oldest[2] then retryInMs = math.max(retryInMs, oldest[2] + window.windowMs - now) end
  end
end
local granted = math.max(0, free)
local heldMs = tonumber(redis.call('HGET', hold, 'untilMs') or 0) - now
local probe = redis.call('HGET', hold, 'probe')
if heldMs > 0 then
  granted, retryInMs = 0, heldMs
elseif probe == 'due' then
  granted = math.min(granted, 1)
elseif probe then
  if redis.call('ZSCORE', open, probe) or redis.call('ZSCORE', otherOpen, probe) then
    granted, retryInMs = 0, p.pollMs
  else
    redis.call('DEL', hold)
  end
end
for i = 0, granted - 1 do
  local id = p.slots.name .. ':' .. string.format('%d', p.slots.first + i)
  redis.call('ZADD', open, now + p.slotLifeMs, id)
  if probe == 'due' then redis.call('HSET', hold, 'probe', id) end
end
if granted < p.waiting then
  redis.call('ZADD', hungry, now, p.replica)
  if granted == 0 then retryInMs = math.max(retryInMs, p.pollMs) end
end
for _, key in ipairs({ open, ends, hold, hungry }) do redis.call('PEXPIRE', key, math.ceil(p.longestWindowMs + p.slotLifeMs)) end
return cjson.encode({ state = 'ok', granted = granted, retryInMs = math.max(0, retryInMs), counted = counted })
`;

/**
 * A Redis that has just lost its memory, or is another one than before (its run id tells), is ready when as many replicas have told it what they have called as were there
 * before and all have had time to, or when nothing of that counts any more. Who has been silent has to join anew.
 */
const JOIN = `${NOW}
local replicas, fleet = KEYS[1], KEYS[2]
local heardMs = tonumber(redis.call('ZSCORE', replicas, p.replica) or 0)
if not p.isNew and heardMs < now - p.silentAfterMs then
  return cjson.encode({ isKnown = false, isReady = false, replicas = 0 })
end
if p.isNew and redis.call('HGET', fleet, 'runId') ~= p.runId then
  redis.call('DEL', replicas, fleet)
  redis.call('HSET', fleet, 'runId', p.runId)
end
local startedMs = tonumber(redis.call('HGET', fleet, 'startedMs') or now)
local expected = math.max(p.expected, tonumber(redis.call('HGET', fleet, 'expected') or 1))
local ageMs = now - startedMs
local isSettled = ageMs >= p.longestWindowMs
redis.call('HSET', fleet, 'startedMs', startedMs, 'expected', isSettled and 1 or expected)
redis.call('ZADD', replicas, now, p.replica)
redis.call('ZREMRANGEBYSCORE', replicas, '-inf', now - p.deadAfterMs)
local count = redis.call('ZCARD', replicas)
local isReady = isSettled or (ageMs >= p.gatherMs and count >= expected)
if isReady then redis.call('HSET', fleet, 'expected', 1) end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, math.ceil(2 * p.longestWindowMs + p.deadAfterMs)) end
return cjson.encode({ isKnown = true, isReady = isReady, replicas = count })
`;

/** Milliseconds until a replica asks again when others' calls have to end first. */
const POLL_MS = 20;

/** A replica that did not get what it asked for is given its even share before others get more; until so long after. */
const HUNGRY_FOR_MS = 1000;

/** So long all replicas have to come (back) to a Redis that remembers nothing. */
export const GATHER_MS = 1500;

const runIdOf = (info: string): string => /run_id:(\w+)/.exec(info)?.[1] ?? "";

/** Opens the store of one tenant's quotas. */
export function openFleetStore({ redis, tenant, replica, now, ...lives }: FleetStoreOptions): FleetStore {
  // The braces keep all keys of a tenant on one node of a cluster.
  const key = (...name: string[]): string => `feishu-hire-graphql:{${tenant}}:${name.join(":")}`;
  const replicas = key("replicas");
  const run = async (script: string, keys: readonly string[], payload: object): Promise<unknown> => {
    const common = {
      replica,
      ...lives,
      pollMs: POLL_MS,
      hungryForMs: HUNGRY_FOR_MS,
      gatherMs: GATHER_MS,
      deadAfterMs: DEAD_AFTER_MS,
      silentAfterMs: SILENT_AFTER_MS,
      ...(now && { nowMs: now() }),
    };
    const reply = await redis.eval(script, keys.length, ...keys, JSON.stringify({ ...common, ...payload }));
    return JSON.parse(String(reply));
  };
  return {
    async exchange({ endpoint, part, ...payload }) {
      const open = (of: Part): string => key(endpoint, of, "open");
      const other = part === "common" ? "reserved" : "common";
      const ofPart = (name: string): string => key(endpoint, part, name);
      const keys = [replicas, open(part), ofPart("ends"), key(endpoint, "hold"), open(other), ofPart("hungry")];
      return exchanged.parse(withLists(await run(EXCHANGE, keys, payload)));
    },
    async join(expected, isNew) {
      const runId = isNew ? runIdOf(await redis.info("server")) : "";
      return joined.parse(await run(JOIN, [replicas, key("fleet")], { expected, isNew, runId }));
    },
    async leave() {
      await redis.zrem(replicas, replica);
    },
  };
}

/** Lua's empty table is written as an object. */
const withLists = (reply: unknown): unknown => {
  const { counted, ...rest } = reply as { readonly counted: unknown };
  return { ...rest, counted: Array.isArray(counted) ? counted : [] };
};
