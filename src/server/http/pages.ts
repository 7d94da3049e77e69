import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import serveFiles from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import fastifyPlugin from "fastify-plugin";

/** Returns the root folder of the package. The depth of this module differs between builds. */
function packageRoot(folder = new URL(".", import.meta.url)): URL {
  return existsSync(new URL("package.json", folder)) ? folder : packageRoot(new URL("..", folder));
}

/** Returns the folder of a page that `npm run build` made of `web/graphiql` or `examples/web`. */
const builtPage = (name: string): string => fileURLToPath(new URL(`dist/${name}`, packageRoot()));

/** Pages that are served. */
export interface PagesSettings {
  /** GraphiQL at `/graphiql/`. */
  readonly graphiql: boolean;
  /** Example web app at `/demo/`. */
  readonly isSandbox: boolean;
}

/** Serves the configured pages from local files. It shares its scope because the GraphQL route sends a page as well. */
export const pages = fastifyPlugin<PagesSettings>(async (app, { graphiql, isSandbox }) => {
  if (graphiql) await servePage(app, "graphiql", true);
  if (isSandbox) await servePage(app, "demo", !graphiql);
});

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

/** Returns true if a request is a browser's visit and not a query. */
export function wantsGraphiql({ method, headers, query }: FastifyRequest): boolean {
  return method === "GET" && !!headers.accept?.includes("text/html") && !(query as Record<string, unknown>).query;
}

/** Sends the GraphiQL page; its assets have absolute paths. */
export function sendGraphiql(reply: FastifyReply): FastifyReply {
  return reply.header("vary", "accept").sendFile("index.html", builtPage("graphiql"));
}
