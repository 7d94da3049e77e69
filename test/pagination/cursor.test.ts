import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCursorCodec } from "../../src/pagination/cursor.js";
import { type ResumePoint, rowHash } from "../../src/pagination/resume-point.js";
import { InvalidCursorError } from "../../src/pagination/signed-token.js";

const SECRET = "a secret of the test";
const SCOPE = ["tenant", "examMarkingTasks", "ou_1", "open_id", "null"];
const codec = createCursorCodec(SECRET, SCOPE);

const rowHashes = fc.array(
  fc.integer({ min: 0, max: 99 }).map((n) => rowHash(String(n))),
  { maxLength: 20 },
);
const mark = fc.record({ token: fc.option(fc.string()), rowHashes });
const point: fc.Arbitrary<ResumePoint> = fc.record({
  page: mark,
  earlier: fc.array(mark, { maxLength: 2 }),
  nextToken: fc.option(fc.string()),
});

describe("a cursor", () => {
  it("decodes to the resume point that it encodes", () => {
    fc.assert(
      fc.property(point, (given) => {
        expect(codec.decode(codec.encode(given))).toEqual(given);
      }),
    );
  });

  it("is rejected when any one character differs", () => {
    const cursor = codec.encode({
      page: { token: "eyJvZmZzZXQiOjIwfQ==", rowHashes: [rowHash("1"), rowHash("2")] },
      earlier: [{ token: null, rowHashes: [rowHash("0")] }],
      nextToken: "eyJvZmZzZXQiOjQwfQ==",
    });
    for (let i = 0; i < cursor.length; i++) {
      for (const other of ["A", "B", "_", "=", " ", "é"]) {
        if (cursor[i] === other) continue;
        const altered = cursor.slice(0, i) + other + cursor.slice(i + 1);
        expect(() => codec.decode(altered), `character ${i} as ${other}`).toThrow(InvalidCursorError);
      }
    }
  });

  it("is rejected when truncated or extended", () => {
    const cursor = codec.encode({ page: { token: null, rowHashes: [rowHash("1")] }, earlier: [], nextToken: null });
    for (let length = 0; length < cursor.length; length++) {
      expect(() => codec.decode(cursor.slice(0, length))).toThrow(InvalidCursorError);
    }
    expect(() => codec.decode(`${cursor}AAAA`)).toThrow(InvalidCursorError);
    expect(() => codec.decode("A".repeat(1_000_000))).toThrow(InvalidCursorError);
  });

  it("is rejected in another scope or with another secret", () => {
    const cursor = codec.encode({ page: { token: null, rowHashes: [rowHash("1")] }, earlier: [], nextToken: null });
    for (const [i] of SCOPE.entries()) {
      const otherScope = SCOPE.with(i, "other");
      expect(() => createCursorCodec(SECRET, otherScope).decode(cursor)).toThrow(InvalidCursorError);
    }
    expect(() => createCursorCodec("another secret", SCOPE).decode(cursor)).toThrow(InvalidCursorError);
  });

  it("decodes from none of 10,000 random strings", () => {
    const rubbish = fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: "binary" }), fc.json());
    fc.assert(
      fc.property(rubbish, (text) => {
        expect(() => codec.decode(text)).toThrow(InvalidCursorError);
      }),
      { numRuns: 10_000 },
    );
  });
});
