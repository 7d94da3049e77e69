import type { PageMark, ResumePoint } from "./resume-point.js";
import { createTokenSigner, InvalidCursorError, type SignedTokenKind } from "./signed-token.js";

const VERSION = 1;
/**
 * Kind of token. Four page tokens and three pages of row hashes, each of the largest accepted size, stay below
 * `maxChars`.
 */
const CURSOR: SignedTokenKind = { name: "cursor", argument: "after", maxChars: 16_384 };

/** Codec between resume points and the cursors of one list. */
export interface CursorCodec {
  encode(point: ResumePoint): string;
  /** Decodes a cursor. @throws {InvalidCursorError} when the cursor was not issued for this list. */
  decode(cursor: string): ResumePoint;
}

/** Creates a codec for the list that `scope` names (tenant, user, filters). */
export function createCursorCodec(secret: string, scope: readonly string[]): CursorCodec {
  const { sign, verify } = createTokenSigner(secret, scope, CURSOR);
  return {
    encode: (point) => sign(Buffer.from(JSON.stringify(toTuple(point)))),
    decode: (cursor) => fromTuple(JSON.parse(verify(cursor).toString())),
  };
}

type MarkTuple = [token: string | null, rowHashes: string];
type PointTuple = [version: number, page: MarkTuple, earlier: MarkTuple[], nextToken: string | null];

const ROW_HASH_CHARS = 8;

function toTuple({ page, earlier, nextToken }: ResumePoint): PointTuple {
  return [VERSION, toMarkTuple(page), earlier.map(toMarkTuple), nextToken];
}

function fromTuple([version, page, earlier, nextToken]: PointTuple): ResumePoint {
  if (version !== VERSION)
    throw new InvalidCursorError(CURSOR.argument, "the cursor has a version that this server does not support");
  return { page: fromMarkTuple(page), earlier: earlier.map(fromMarkTuple), nextToken };
}

const toMarkTuple = ({ token, rowHashes }: PageMark): MarkTuple => [token, rowHashes.join("")];

const fromMarkTuple = ([token, rowHashes]: MarkTuple): PageMark => ({
  token,
  rowHashes: Array.from({ length: rowHashes.length / ROW_HASH_CHARS }, (_, i) =>
    rowHashes.slice(i * ROW_HASH_CHARS, (i + 1) * ROW_HASH_CHARS),
  ),
});
