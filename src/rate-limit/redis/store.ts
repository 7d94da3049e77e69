import type { Redis } from "ioredis";
import { z } from "zod";
import { redisKey } from "../../core/redis-keys.js";
import type { RateWindow } from "../sliding-window.js";
import { JOIN, RENEW } from "./scripts.js";

/** Report of a replica on its part of one quota, with its request. */
export interface Renewal {
  readonly tenant: string;
  readonly endpoint: string;
  readonly windows: readonly RateWindow[];
  /** Part of every quota that a replica keeps to without Redis; an even part if omitted. */
  readonly share?: number;
  /** Number of calls waiting here. */
  readonly waiting: number;
  /** This replica's calls in each window, by age. */
  readonly used: readonly (readonly number[])[];
  /** Limits in force here, one per window. */
  readonly acked: readonly number[];
  /** Milliseconds since the last report. */
  readonly sinceMs: number;
  /** True if no more calls are to be made for now. */
  readonly isLeaving: boolean;
  /** Milliseconds of pause that the upstream asks for; 0 if it asks for none. */
  readonly pauseMs: number;
  /** Limit that the upstream named. */
  readonly ceiling?: number;
  /** Limits that this replica keeps to by itself, while Redis does not know the calls of all others yet. */
  readonly own?: readonly number[];
}

const perWindow = z.array(z.number());

const renewed = z.discriminatedUnion("state", [
  /** Response to a replica that has to join (again) first. */
  z.object({ state: z.literal("unknown") }),
  z.object({
    state: z.literal("ok"),
    limits: perWindow,
    /** Limits that this replica would get if it requested all that it may have. */
    attainable: perWindow,
    /** Calls of stopped replicas, by the equal part of the window in which they leave it. */
    returning: z.array(perWindow),
    /** Even part among the replicas with waiting calls. */
    fair: perWindow,
    /** Slots that the other replicas hold. */
    held: perWindow,
    pausedForMs: z.number(),
    ceiling: z.object({ limit: z.number(), ageMs: z.number() }).optional(),
  }),
]);

const joined = z.object({
  /** False when Redis does not know a replica that only sent a heartbeat. */
  isKnown: z.boolean(),
  /** True if Redis knows the calls of all replicas. */
  isReady: z.boolean(),
  replicas: z.number(),
});

/** Response of Redis to a join or a heartbeat. */
export type Joined = z.output<typeof joined>;

/** Response of Redis to a renewal. */
export type Renewed = z.output<typeof renewed>;

/** State of the fleet in Redis, behind scripts that each run atomically. */
export interface FleetStore {
  renew(renewal: Renewal): Promise<Renewed>;
  /** Joins the fleet, of which `expected` replicas were seen before, or sends a heartbeat. */
  join(expected: number, isNew: boolean): Promise<Joined>;
  leave(): Promise<void>;
}

/** Options for opening a store. */
export interface FleetStoreOptions {
  readonly redis: Redis;
  readonly appId: string;
  /** Name of this process in the fleet. */
  readonly replica: string;
  /** Returns the milliseconds of the longest window. After Redis loses its memory, no earlier call counts longer. */
  readonly longestWindowMs: () => number;
  /** Replacement for the clock of Redis, for tests. */
  readonly now?: () => number;
}

/** Script as ioredis runs it: by its hash, or by its text where Redis does not know it. */
type Script = (...keysAndPayload: readonly string[]) => Promise<unknown>;

const runIdOf = (info: string): string => /run_id:(\w+)/.exec(info)?.[1] ?? "";

/** Opens the store. The braces in its keys keep all keys of an app on one node of a cluster. */
export function openFleetStore({ redis, appId, replica, longestWindowMs, now }: FleetStoreOptions): FleetStore {
  const key = (...name: string[]): string => redisKey(appId, ...name);
  redis.defineCommand("renewShare", { lua: RENEW, numberOfKeys: 3 });
  redis.defineCommand("joinFleet", { lua: JOIN, numberOfKeys: 2 });
  const scripts = redis as unknown as Readonly<Record<"renewShare" | "joinFleet", Script>>;
  const run = async (script: keyof typeof scripts, keys: readonly string[], payload: object): Promise<unknown> => {
    const common = { replica, ...(now && { nowMs: now() }) };
    return JSON.parse(String(await scripts[script](...keys, JSON.stringify({ ...common, ...payload }))));
  };
  return {
    async renew({ tenant, endpoint, ...payload }) {
      const keys = [key("replicas"), key("parts", tenant, endpoint), key("throttle", tenant, endpoint)];
      return renewed.parse(await run("renewShare", keys, payload));
    },
    async join(expected, isNew) {
      const runId = isNew ? runIdOf(await redis.info("server")) : "";
      const payload = { expected, isNew, runId, longestWindowMs: longestWindowMs() };
      return joined.parse(await run("joinFleet", [key("replicas"), key("fleet")], payload));
    },
    async leave() {
      await redis.zrem(key("replicas"), replica);
    },
  };
}
