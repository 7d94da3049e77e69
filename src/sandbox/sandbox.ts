import type { EventEmitter } from "node:events";
import type { TokenService } from "./access-tokens.js";
import type { AuthorizationService } from "./authorization.js";
import type { EventService } from "./events.js";
import type { FaultInjector } from "./faults.js";
import type { Quota, QuotaMode } from "./quotas.js";
import type { SignInService } from "./sign-in.js";
import type { StoreService } from "./store-service.js";
import type { World } from "./world.js";

/** Options of a sandbox. */
export interface SandboxOptions {
  /** Port to listen on; 0, the default, picks a free port. */
  readonly port?: number;
  readonly host?: string;
  /** Returns milliseconds since the epoch; tests move it. */
  readonly now?: () => number;
  /** Quotas by endpoint, the documented ones by default; `{}` turns them off. */
  readonly quotas?: Readonly<Record<string, readonly Quota[]>>;
  readonly quotaMode?: QuotaMode;
}

/** Running sandbox, with everything that tests control it by. */
export interface Sandbox {
  readonly url: string;
  readonly world: World;
  readonly faults: FaultInjector;
  readonly tokens: TokenService;
  readonly signIn: SignInService;
  readonly authorization: AuthorizationService;
  readonly webhooks: EventService;
  readonly store: StoreService;
  /** Calls so far by endpoint, such as `GET /open-apis/hire/v1/jobs/:job_id`. Rejected calls count. */
  readonly calls: Map<string, number>;
  /** Emits `call` with the endpoint, the URL and the headers of each call. */
  readonly events: EventEmitter;
  /** Returns the number of responses so far with 99991400 because of a quota. */
  throttledCalls(): number;
  close(): Promise<void>;
}
