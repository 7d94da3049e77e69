import { EnvHttpProxyAgent, fetch } from "undici";
import type { ProxySettings } from "./connections.js";

/** Returns a `fetch` through the company's proxy. Node's own ignores proxies. */
export function createProxiedFetch({ httpsProxy, httpProxy, noProxy }: ProxySettings): typeof globalThis.fetch {
  const dispatcher = new EnvHttpProxyAgent({
    httpsProxy: httpsProxy?.reveal() ?? "",
    httpProxy: httpProxy?.reveal() ?? "",
    noProxy,
  });
  return (url, options) => fetch(String(url), { ...(options as object), dispatcher }) as unknown as Promise<Response>;
}
