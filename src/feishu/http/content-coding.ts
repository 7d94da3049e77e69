import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

/** Codings that are decoded, whether or not they were asked for: a gateway may add one. */
const DECODERS: Readonly<Record<string, (bytes: Buffer, maxBytes: number) => Buffer>> = {
  identity: (bytes) => bytes,
  // No coding of HTTP, but sent by servers that mean this.
  none: (bytes) => bytes,
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  "x-gzip": (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  br: (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength }),
  deflate: inflate,
};

/** Some servers send `deflate` without the zlib header that HTTP requires; its first byte tells. */
function inflate(bytes: Buffer, maxOutputLength: number): Buffer {
  const hasHeader = ((bytes[0] ?? 0) & 0x0f) === 8;
  return (hasHeader ? inflateSync : inflateRawSync)(bytes, { maxOutputLength });
}

/**
 * Returns the decoded body of a response with the header `content-encoding`, last coding first.
 * @throws an error that says what is wrong, without the body: an unknown coding, bytes that do not fit, or more than
 * `maxBytes` decoded.
 */
export function decodeContent(bytes: Buffer, encoding: string, maxBytes: number): Buffer {
  const codings = encoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim());
  return codings
    .filter((coding) => coding !== "")
    .reduceRight((body, coding) => {
      const decode = DECODERS[coding];
      if (!decode)
        throw new Error(`the response has the unknown content coding ${JSON.stringify(coding.slice(0, 20))}`);
      try {
        return decode(body, maxBytes);
      } catch (error) {
        const isTooLarge = (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
        throw new Error(isTooLarge ? "the response is larger than 4 MiB" : `the response is not valid ${coding}`);
      }
    }, bytes);
}
