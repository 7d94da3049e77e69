import type { FastifyRequest } from "fastify";
import Negotiator from "negotiator";

const LOCALES = { zh: "zhCn", "zh-CN": "zhCn", en: "enUs", "en-US": "enUs" } as const;

/** The language that a request prefers among those that Feishu keeps; Chinese where it does not say. */
export function preferredLocale({ headers }: FastifyRequest): "zhCn" | "enUs" {
  const preferred = new Negotiator({ headers }).language(Object.keys(LOCALES));
  return LOCALES[preferred as keyof typeof LOCALES] ?? "zhCn";
}
