import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import helmet from "@fastify/helmet";
import serveFiles from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** The package's own folder: this module stands at another depth in each of its builds. */
function packageRoot(folder = new URL(".", import.meta.url)): URL {
  return existsSync(new URL("package.json", folder)) ? folder : packageRoot(new URL("..", folder));
}

/** What `npm run build` made of `web/graphiql` and of `examples/web`. */
const builtPage = (name: string): string => fileURLToPath(new URL(`dist/${name}`, packageRoot()));

/**
 * Everything comes from here. The editor writes its own `<style>` elements, embeds fonts, and draws its underlines as
 * data: images; scripts need no exception.
 */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  workerSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  fontSrc: ["'self'", "data:"],
  imgSrc: ["'self'", "data:"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The pages that are served. */
export interface PagesSettings {
  /** GraphiQL at `/graphiql/`. */
  readonly graphiql: boolean;
  /** The example of a web app at `/demo/`. */
  readonly isSandbox: boolean;
}

/** Security headers for every answer, and the pages that are wanted, from local files only. */
export async function addPages(app: FastifyInstance, { graphiql, isSandbox }: PagesSettings): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    // TLS ends in front of this service; whoever ends it decides on HSTS.
    strictTransportSecurity: false,
  });
  if (graphiql) await servePage(app, "graphiql", true);
  if (isSandbox) await servePage(app, "demo", !graphiql);
}

const servePage = async (app: FastifyInstance, name: string, isFirst: boolean): Promise<void> => {
  await app.register(serveFiles, {
    root: builtPage(name),
    prefix: `/${name}`,
    redirect: true,
    cacheControl: false,
    decorateReply: isFirst,
    setHeaders: (reply, path) => {
      const isHashed = path.includes("/assets/");
      void reply.header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
};

/** Whether a request is a browser's visit and not a query. */
export function wantsGraphiql({ method, headers, query }: FastifyRequest): boolean {
  return method === "GET" && !!headers.accept?.includes("text/html") && !(query as Record<string, unknown>).query;
}

/** The page itself; its assets have absolute paths. */
export function sendGraphiql(reply: FastifyReply): FastifyReply {
  return reply.header("vary", "accept").sendFile("index.html", builtPage("graphiql"));
}
