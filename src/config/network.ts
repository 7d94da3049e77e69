import { z } from "zod";
import { httpUrl, type SettingsOf, secret, subject } from "./env.js";
import { LOOPBACK_HOSTS } from "./http.js";

const proxyUrl = () => secret(httpUrl(", such as http://proxy.example.com:3128"));

/** The way to Feishu: its address, and the company's proxy in front of it. */
export const network = subject(
  {
    FEISHU_BASE_URL: z
      .string()
      .refine(isBaseUrl, { error: "must be an http or https address without a query, such as https://open.feishu.cn" })
      .transform((value) => value.replace(/\/+$/, ""))
      .default("https://open.feishu.cn"),
    HTTPS_PROXY: proxyUrl(),
    HTTP_PROXY: proxyUrl(),
    NO_PROXY: z.string().default(""),
  },
  (v) => {
    const isLocal = LOOPBACK_HOSTS.has(new URL(v.FEISHU_BASE_URL).hostname);
    return {
      /** Origin of Feishu, with the path of a gateway in front of it. */
      baseUrl: v.FEISHU_BASE_URL,
      /** Outbound proxies; `null`: connections are direct. */
      proxy:
        !isLocal && (v.HTTPS_PROXY || v.HTTP_PROXY)
          ? { httpsProxy: v.HTTPS_PROXY, httpProxy: v.HTTP_PROXY, noProxy: v.NO_PROXY }
          : null,
    };
  },
);

/** Settings of the network. */
export type NetworkSettings = SettingsOf<typeof network>;

/** Variables that other programs read in lower case first. */
export const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

function isBaseUrl(value: string): boolean {
  if (!/^https?:/.test(value) || !URL.canParse(value)) return false;
  const { username, password, search, hash } = new URL(value);
  return `${username}${password}${search}${hash}` === "" && !value.includes("?") && !value.includes("#");
}
