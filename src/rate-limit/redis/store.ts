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
  /** The part of every quota that a replica keeps to without Redis; an even one when left out. */
  readonly share?: number;
  /** Number of calls waiting here. */
  readonly waiting: number;
  /** This replica's calls in each window, by age. */
  readonly used: readonly (readonly number[])[];
  /** The limits in force here, one a window. */
  readonly acked: readonly number[];
  /** Milliseconds since the last report. */
  readonly sinceMs: number;
  /** No more calls are to be made for now. */
  readonly isLeaving: boolean;
  /** Milliseconds for which the upstream wants a pause; 0 when it does not. */
  readonly pauseMs: number;
  /** The limit that the upstream has named. */
  readonly ceiling?: number;
  /** The limits that this replica keeps to by itself, while Redis does not know the calls of all others yet. */
  readonly own?: readonly number[];
}

const perWindow = z.array(z.number());

const renewed = z.discriminatedUnion("state", [
  /** The replica has to join (again) first. */
  z.object({ state: z.literal("unknown") }),
  z.object({
    state: z.literal("ok"),
    limits: perWindow,
    /** The limits that this replica would get if it asked for all that it may have. */
    attainable: perWindow,
    /** Calls of replicas that have stopped, by the equal part of the window in which they leave it. */
    returning: z.array(perWindow),
    /** An even part among the replicas with calls waiting. */
    fair: perWindow,
    /** Slots that the other replicas hold. */
    held: perWindow,
    pausedForMs: z.number(),
    ceiling: z.object({ limit: z.number(), ageMs: z.number() }).optional(),
  }),
]);

const joined = z.object({
  /** False when Redis does not know a replica that only said that it is still there. */
  isKnown: z.boolean(),
  /** True if Redis knows the calls of all replicas. */
  isReady: z.boolean(),
  replicas: z.number(),
});

/** Answer of Redis to a join or a heartbeat. */
export type Joined = z.output<typeof joined>;

/** Answer of Redis to a renewal. */
export type Renewed = z.output<typeof renewed>;

/** The fleet's state in Redis, behind scripts that each run as one step. */
export interface FleetStore {
  renew(renewal: Renewal): Promise<Renewed>;
  /** Joins the fleet, of which `expected` replicas were seen before, or says that this replica is still there. */
  join(expected: number, isNew: boolean): Promise<Joined>;
  leave(): Promise<void>;
}

/** Options for opening a store. */
export interface FleetStoreOptions {
  readonly redis: Redis;
  readonly appId: string;
  /** This process's name in the fleet. */
  readonly replica: string;
  /** Milliseconds of the longest window: after a loss of Redis' memory no earlier call counts longer. */
  readonly longestWindowMs: () => number;
  /** In place of Redis' own clock; for tests. */
  readonly now?: () => number;
}

/** A script as ioredis runs it: by its hash, and by its text where Redis does not know it. */
type Script = (...keysAndPayload: readonly string[]) => Promise<unknown>;

const runIdOf = (info: string): string => /run_id:(\w+)/.exec(info)?.[1] ?? "";

/** Opens the store. The braces in its keys keep all of an app on one node of a cluster. */
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
