import type { PageMark, ResumePoint } from "./resume-point.js";
import { createSeal, InvalidCursorError, type SealedKind } from "./signed-token.js";

const VERSION = 1;
/** Four page tokens and three pages of anchors, each of the largest kind that is taken, stay below the bound. */
const CURSOR: SealedKind = { name: "cursor", argument: "after", maxChars: 16_384 };

/** Turns resume points into the cursors of one list, and back. */
export interface CursorCodec {
  encode(point: ResumePoint): string;
  /** @throws {InvalidCursorError} when the cursor is not one of this list's. */
  decode(cursor: string): ResumePoint;
}

/** A codec for the list that `scope` names (tenant, user, filters). */
export function createCursorCodec(secret: string, scope: readonly string[]): CursorCodec {
  const { seal, open } = createSeal(secret, scope, CURSOR);
  return {
    encode: (point) => seal(Buffer.from(JSON.stringify(toTuple(point)))),
    decode: (cursor) => fromTuple(JSON.parse(open(cursor).toString())),
  };
}

type MarkTuple = [token: string | null, anchors: string];
type PointTuple = [version: number, page: MarkTuple, earlier: MarkTuple[], nextToken: string | null];

const ANCHOR_CHARS = 8;

function toTuple({ page, earlier, nextToken }: ResumePoint): PointTuple {
  return [VERSION, toMarkTuple(page), earlier.map(toMarkTuple), nextToken];
}

function fromTuple([version, page, earlier, nextToken]: PointTuple): ResumePoint {
  if (version !== VERSION)
    throw new InvalidCursorError(CURSOR.argument, "the cursor is of a version that this server does not read");
  return { page: fromMarkTuple(page), earlier: earlier.map(fromMarkTuple), nextToken };
}

const toMarkTuple = ({ token, anchors }: PageMark): MarkTuple => [token, anchors.join("")];

const fromMarkTuple = ([token, anchors]: MarkTuple): PageMark => ({
  token,
  anchors: Array.from({ length: anchors.length / ANCHOR_CHARS }, (_, i) =>
    anchors.slice(i * ANCHOR_CHARS, (i + 1) * ANCHOR_CHARS),
  ),
});
