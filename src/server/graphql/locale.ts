import type { FastifyRequest } from "fastify";
import Negotiator from "negotiator";

const LOCALES = { zh: "zhCn", "zh-CN": "zhCn", en: "enUs", "en-US": "enUs" } as const;

/** Returns the preferred language of a request among those that Feishu stores. The default is Chinese. */
export function preferredLocale({ headers }: FastifyRequest): "zhCn" | "enUs" {
  const preferred = new Negotiator({ headers }).language(Object.keys(LOCALES));
  return LOCALES[preferred as keyof typeof LOCALES] ?? "zhCn";
}
