import { EnvHttpProxyAgent, fetch } from "undici";
import { type ProxySettings, revealed } from "./connections.js";

/** Returns a `fetch` through the company's proxy. Node's own ignores proxies. */
export function createProxiedFetch(proxy: ProxySettings): typeof globalThis.fetch {
  const dispatcher = new EnvHttpProxyAgent(revealed(proxy));
  return (url, options) => fetch(String(url), { ...(options as object), dispatcher }) as unknown as Promise<Response>;
}
