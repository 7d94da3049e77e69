import { createHmac, timingSafeEqual } from "node:crypto";
import type { PageMark, ResumePoint } from "./resume-point.js";

const VERSION = 1;
const MAC_BYTES = 16;
/** Four page tokens and three pages of anchors, each of the largest kind that is taken, stay below. */
const MAX_CURSOR_CHARS = 16_384;

/** The cursor is not one that this server issued for this very list. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
}

/** Turns resume points into the cursors of one list, and back. */
export interface CursorCodec {
  encode(point: ResumePoint): string;
  /** @throws {InvalidCursorError} when the cursor was altered, belongs to another list, or was signed with another secret. */
  decode(cursor: string): ResumePoint;
}

/**
 * A codec for the list that `scope` names (tenant, user, filters).
 * The scope is signed but not written into the cursor: a cursor tells nothing about whose list it is.
 */
export function createCursorCodec(secret: string, scope: readonly string[]): CursorCodec {
  const sign = (payload: Buffer): Buffer =>
    createHmac("sha256", secret)
      .update(JSON.stringify(scope))
      .update("\n")
      .update(payload)
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    encode(point) {
      const payload = Buffer.from(JSON.stringify(toTuple(point)));
      return Buffer.concat([sign(payload), payload]).toString("base64url");
    },
    decode(cursor) {
      const bytes = decodeBase64Url(cursor);
      const payload = bytes.subarray(MAC_BYTES);
      if (bytes.length <= MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), sign(payload))) {
        throw new InvalidCursorError("the cursor was not issued for this list, or was altered");
      }
      return fromTuple(JSON.parse(payload.toString()));
    },
  };
}

type MarkTuple = [token: string | null, anchors: string];
type PointTuple = [version: number, page: MarkTuple, earlier: MarkTuple[], nextToken: string | null];

const ANCHOR_CHARS = 8;

function toTuple({ page, earlier, nextToken }: ResumePoint): PointTuple {
  return [VERSION, toMarkTuple(page), earlier.map(toMarkTuple), nextToken];
}

function fromTuple([version, page, earlier, nextToken]: PointTuple): ResumePoint {
  if (version !== VERSION) throw new InvalidCursorError("the cursor is of a version that this server does not read");
  return { page: fromMarkTuple(page), earlier: earlier.map(fromMarkTuple), nextToken };
}

const toMarkTuple = ({ token, anchors }: PageMark): MarkTuple => [token, anchors.join("")];

const fromMarkTuple = ([token, anchors]: MarkTuple): PageMark => ({
  token,
  anchors: Array.from({ length: anchors.length / ANCHOR_CHARS }, (_, i) =>
    anchors.slice(i * ANCHOR_CHARS, (i + 1) * ANCHOR_CHARS),
  ),
});

/** Strict: base64url has spare bits in its last character, and Node skips characters that it does not know. */
function decodeBase64Url(text: string): Buffer {
  if (text.length > MAX_CURSOR_CHARS) throw new InvalidCursorError("the cursor is too long");
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new InvalidCursorError("the cursor is not base64url");
  return bytes;
}
