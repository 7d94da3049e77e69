import type { EventEmitter } from "node:events";
import type { TokenService } from "./access-tokens.js";
import type { EventService } from "./events.js";
import type { FaultInjector } from "./faults.js";
import type { Quota, QuotaMode } from "./quotas.js";
import type { SignInService } from "./sign-in.js";
import type { StoreService } from "./store-service.js";
import type { World } from "./world.js";

/** How a sandbox behaves. */
export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly host?: string;
  /** Milliseconds since the epoch; tests move it. */
  readonly now?: () => number;
  /** The documented ones by default; `{}` turns them off. */
  readonly quotas?: Readonly<Record<string, readonly Quota[]>>;
  readonly quotaMode?: QuotaMode;
}

/** A running sandbox, with everything that tests steer it by. */
export interface Sandbox {
  readonly url: string;
  readonly world: World;
  readonly faults: FaultInjector;
  readonly tokens: TokenService;
  readonly signIn: SignInService;
  readonly webhooks: EventService;
  readonly store: StoreService;
  /** Calls so far by endpoint, as `GET /open-apis/hire/v1/jobs/:job_id`. Refused ones count. */
  readonly calls: Map<string, number>;
  /** Emits `call` with the endpoint, the URL and the headers of each of them. */
  readonly events: EventEmitter;
  /** Answers so far with 99991400 because of a quota. */
  throttledCalls(): number;
  close(): Promise<void>;
}
