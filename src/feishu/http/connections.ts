import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import type { Clock } from "../../core/clock.js";
import type { Secret } from "../../core/secret.js";
import { markAnsweredResets } from "./socket-reset.js";

/** Outbound proxies, as the environment variables of the same names state them. */
export interface ProxySettings {
  readonly httpsProxy: Secret | null;
  readonly httpProxy: Secret | null;
  /** Hosts that are reached without a proxy, separated by commas. */
  readonly noProxy: string;
}

/** Options of the connections to one origin. */
export interface ConnectionOptions {
  readonly clock: Clock;
  /** `null`: connections are direct. */
  readonly proxy: ProxySettings | null;
  /** Receives the milliseconds that each new connection took. */
  readonly onConnected: ((ms: number) => void) | undefined;
}

/** Upper bound on a body. The largest documented one (an application with every option) is under 100 kB. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/**
 * With many concurrent clients, 64 starve pages of 20 with three lookups a row; a few hundred are enough. One endpoint
 * gets at most half of them (see the limiter). Others therefore do not wait for one that hangs.
 */
const MAX_CONNECTIONS = 512;
/** Milliseconds after which a connection is replaced. A new one looks the address up again, which may have moved. */
const MAX_AGE_MS = 30_000;
/** The attempt's timeout covers headers and body. */
const LIMITS = {
  connections: MAX_CONNECTIONS,
  maxResponseSize: MAX_BODY_BYTES,
  headersTimeout: 0,
  bodyTimeout: 0,
};

/** Keep-alive connections that are replaced by age. */
export interface Connections {
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  close(): Promise<void>;
}

/**
 * Opens the keep-alive connections to one origin, through a proxy where one applies. All of them are replaced together:
 * undici's own limit by age asks for the time once for every busy connection of every request.
 */
export function openConnections(origin: string, options: ConnectionOptions): Connections {
  const { clock } = options;
  let pool = openPool(origin, options);
  let openedAtMs = clock.now();
  const closing = new Set<Promise<void>>();
  const replace = (): void => {
    // Requests that run on the old connections end there.
    const closed = pool.close();
    closing.add(closed);
    void closed.finally(() => closing.delete(closed));
    pool = openPool(origin, options);
    openedAtMs = clock.now();
  };
  return {
    dispatch(request, handler) {
      if (clock.now() - openedAtMs >= MAX_AGE_MS) replace();
      pool.dispatch(request, handler);
    },
    async close() {
      await Promise.all([pool.close(), ...closing]);
    },
  };
}

function openPool(origin: string, { clock, proxy, onConnected }: ConnectionOptions): Dispatcher {
  const watch = (connect: buildConnector.connector) => watchConnector(connect, clock, onConnected);
  if (!proxy) return new Pool(origin, { ...LIMITS, connect: watch(buildConnector({})) });
  return new EnvHttpProxyAgent({
    ...LIMITS,
    ...revealed(proxy),
    factory: (target, options) => {
      const { connect } = options as Pool.Options;
      return new Pool(target, {
        ...options,
        connect: watch(typeof connect === "function" ? connect : buildConnector({})),
      });
    },
  });
}

/**
 * Times new connections, and marks the resets of used ones. The shortest time bounds the network path to Feishu; a
 * response also includes Feishu's own work.
 */
const watchConnector =
  (
    connect: buildConnector.connector,
    clock: Clock,
    onConnected: ((ms: number) => void) | undefined,
  ): buildConnector.connector =>
  (options, callback) => {
    const startedAtMs = clock.now();
    connect(options, (...result) => {
      const [, socket] = result;
      if (socket) {
        onConnected?.(clock.now() - startedAtMs);
        markAnsweredResets(socket);
      }
      callback(...result);
    });
  };

/** Returns the proxies as undici takes them. An empty text keeps undici from reading the process's environment. */
export const revealed = ({ httpProxy, httpsProxy, noProxy }: ProxySettings) => ({
  httpProxy: httpProxy?.reveal() ?? "",
  httpsProxy: httpsProxy?.reveal() ?? "",
  noProxy,
});
