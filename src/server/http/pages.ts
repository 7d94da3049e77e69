import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
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
  // Relative, so that it stays below any path prefix.
  app.get(`/${name}`, async ({ url }, reply) => reply.redirect(`./${name}/${url.slice(name.length + 1)}`, 301));
  await app.register(serveFiles, {
    root: builtPage(name),
    prefix: `/${name}/`,
    cacheControl: false,
    // The build writes them beside the files.
    preCompressed: true,
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

/** Sends the GraphiQL page from the route of the graph, with the addresses of its assets as seen from there. */
export async function sendGraphiql({ url }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const html = await readFile(`${builtPage("graphiql")}/index.html`, "utf8");
  const folder = url.split("?")[0]?.endsWith("/") ? "../graphiql/" : "./graphiql/";
  return reply
    .headers({ vary: "accept", "cache-control": "no-cache" })
    .type("text/html; charset=utf-8")
    .send(html.replaceAll('"./assets/', `"${folder}assets/`));
}
