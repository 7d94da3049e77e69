import { randomBytes } from "node:crypto";
import type { CancelSignal } from "../core/cancellation.js";
import type { Clock } from "../core/clock.js";
import { ENDPOINTS } from "../feishu/endpoints.js";
import { UpstreamError } from "../feishu/errors.js";
import type { TaskFilter, TaskPage } from "../feishu/hire/tasks.js";
import type { CachedReads } from "../loaders/cached-reads.js";
import { createCallStats } from "../loaders/call-stats.js";
import type { BackgroundLimiter } from "../rate-limit/background.js";
import type { SubscriberState } from "./diff.js";
import { PolledList } from "./polled-list.js";
import type { Subscriber } from "./subscriber.js";

/** Settings of live lists. */
export interface LiveSettings {
  /** Milliseconds between two reads of a list. */
  readonly intervalMs: number;
  /** Maximum number of subscriptions of a tenant. */
  readonly maxWatchers: number;
  /** Maximum milliseconds to wait for a page. */
  readonly deadlineMs: number;
}

/** Subscribed lists of one tenant: each is read once, however many subscribers it has. */
export interface LiveLists {
  /**
   * Subscribes to the tasks of one employee, from `since` or from now on. The subscriber must be ended with its
   * `return`.
   * @throws {UpstreamError} `UPSTREAM_RATE_LIMITED` when the tenant has the maximum number of subscriptions.
   */
  subscribe(filter: TaskFilter, since: SubscriberState | null): Subscriber;
  /** Announces any request for a page of a list; the returned function receives the page. */
  observePage(filter: TaskFilter, token: string | null): (page: TaskPage) => void;
  /**
   * Requests a refresh because applications or talents have changed, which may move tasks. Lists with them come first.
   */
  requestRefresh(ids: readonly string[]): void;
  /** True while any list has a subscriber. */
  hasSubscribers(): boolean;
  close(): void;
}

/** Dependencies of live lists. */
export interface LiveParts {
  readonly clock: Clock;
  readonly reads: Pick<CachedReads, "taskPage">;
  readonly background: Pick<BackgroundLimiter, "acquire">;
  readonly settings: LiveSettings;
  /** Called when a list has changed or is read for the first time: earlier answers may be stale. */
  onChange(): void;
}

const KIND = "examMarkingTasks";

/** Caller of these reads in the quota's queue, one among others. */
const CALLER = "live lists";

/** Creates the live lists of a tenant, without any subscription. */
export function createLiveLists({ clock, reads, background, settings, onChange }: LiveParts): LiveLists {
  const lists = new Map<string, PolledList>();
  const replica = randomBytes(6).toString("base64url");
  let subscriberCount = 0;

  const readPage = async (filter: TaskFilter, key: string, token: string | null, signal: CancelSignal) => {
    const turn = { caller: key, deadlineMs: Number.POSITIVE_INFINITY, signal };
    const permit = await background.acquire(ENDPOINTS[KIND].key, turn);
    permit.sent();
    const startedAtMs = clock.now();
    const deadlineMs = startedAtMs + settings.deadlineMs;
    const observer = createCallStats(startedAtMs);
    const context = { signal, fresh: true, caller: CALLER, deadlineMs, observer };
    try {
      return await reads.taskPage(context, KIND, filter, token);
    } finally {
      permit.end();
    }
  };

  const listOf = (filter: TaskFilter): PolledList => {
    const key = keyOf(filter);
    const known = lists.get(key);
    if (known) return known;
    const list = new PolledList({
      clock,
      intervalMs: settings.intervalMs,
      readPage: (token, signal) => readPage(filter, key, token, signal),
      onChange: onChange,
      replica,
      onEnd() {
        if (lists.get(key) === list) lists.delete(key);
      },
    });
    lists.set(key, list);
    return list;
  };

  return {
    subscribe(filter, since) {
      if (subscriberCount >= settings.maxWatchers) throw tooMany(settings);
      subscriberCount += 1;
      return listOf(filter).subscribe(since, () => {
        subscriberCount -= 1;
      });
    },
    observePage(filter, token) {
      const list = lists.get(keyOf(filter));
      const askedAtMs = clock.now();
      return (page) => list?.observePage(token, page, askedAtMs);
    },
    requestRefresh(ids) {
      const changed = new Set(ids);
      const all = [...lists.values()];
      for (const list of all.filter((one) => one.refersTo(changed))) list.requestRefresh();
      for (const list of all) list.requestRefresh();
    },
    hasSubscribers: () => subscriberCount > 0,
    close() {
      for (const list of lists.values()) list.close();
    },
  };
}

const keyOf = ({ userIdType, userId, activityStatus }: TaskFilter): string =>
  JSON.stringify([userIdType, userId, activityStatus]);

const tooMany = ({ maxWatchers, intervalMs }: LiveSettings): UpstreamError =>
  new UpstreamError("UPSTREAM_RATE_LIMITED", `the maximum of ${maxWatchers} subscriptions is reached`, null, {
    retryAfterMs: intervalMs,
  });
