import { constants } from "node:zlib";
import type { FastifyCompressOptions } from "@fastify/compress";
import type { FastifyCorsOptions } from "@fastify/cors";

/**
 * Content security policy that loads everything from this origin. The editor writes its own `<style>` elements,
 * embeds fonts, and draws its underlines as data: images. Scripts need no exception.
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

/** Returns the security headers of every response. Pictures of signed-in users come from Feishu's own hosts. */
export const securityHeaders = (showsUsers: boolean) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: showsUsers
      ? { ...CONTENT_SECURITY_POLICY, imgSrc: [...CONTENT_SECURITY_POLICY.imgSrc, "https:"] }
      : CONTENT_SECURITY_POLICY,
  },
  // TLS ends at a proxy; that proxy decides on HSTS.
  strictTransportSecurity: false,
});

/** Seconds for which a browser may remember the answer to a preflight. Chromium keeps none for longer. */
const PREFLIGHT_MAX_AGE_S = 7200;

/** Returns the options of CORS: foreign origins whose pages may read responses, and the headers that they may read. */
export const corsOptions = (origins: readonly string[], hasSessions: boolean): FastifyCorsOptions => ({
  origin: [...origins],
  methods: ["GET", "HEAD", "POST"],
  // The browser sends a session to the named origins alone, and only where there are sessions.
  credentials: hasSessions && origins.length > 0,
  maxAge: PREFLIGHT_MAX_AGE_S,
  exposedHeaders: ["x-request-id", "retry-after", "etag"],
});

/**
 * Compression of answers over 1 kB, by what the client accepts. Event streams are never compressed: a compressor would
 * hold messages back. Low levels, because a page is compressed once and read once.
 */
export const COMPRESSION: FastifyCompressOptions = {
  threshold: 1024,
  encodings: ["br", "gzip", "identity"],
  // The same on every version of Node: newer ones also know zstd.
  requestEncodings: ["br", "gzip", "deflate", "identity"],
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
  zlibOptions: { level: 1 },
};
