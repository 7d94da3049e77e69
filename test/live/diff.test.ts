import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confirmedBy, diff, type RowStates, rowStatesOf } from "../../src/live/diff.js";
import { createResumeTokenCodec } from "../../src/live/resume-token.js";
import { InvalidCursorError } from "../../src/pagination/signed-token.js";

interface Row {
  readonly id: string;
  readonly activityStatus: number | null;
}

const row = fc.record({
  id: fc.integer({ min: 0, max: 60 }).map(String),
  activityStatus: fc.constantFrom(null, 1, 2, 99),
});
const list = fc.array(row, { maxLength: 50 }).map((rows) => new Map(rows.map((one) => [one.id, one])));

/** Diffs until the subscriber is up to date and returns every message. */
function tellAll(known: RowStates, rows: ReadonlyMap<string, Row>, limit: number) {
  const messages: NonNullable<ReturnType<typeof diff<Row>>>[] = [];
  for (let told = known; ; ) {
    const changes = diff(told, rows, limit);
    if (!changes) return { messages, told };
    messages.push(changes);
    told = changes.rowStates;
  }
}

describe("the diff of a list", () => {
  it("is sent completely, once, in messages of bounded size", () => {
    fc.assert(
      fc.property(list, list, fc.integer({ min: 1, max: 20 }), (before, after, limit) => {
        const { messages, told } = tellAll(rowStatesOf(before), after, limit);
        expect(new Map([...told].toSorted())).toEqual(new Map([...rowStatesOf(after)].toSorted()));
        const rows = messages.flatMap((message) => message.rows);
        expect(rows).toEqual(
          [...after.values()].filter((one) => rowStatesOf(before).get(one.id) !== one.activityStatus),
        );
        expect(messages.flatMap(({ removedIds }) => removedIds)).toEqual(
          [...before.keys()].filter((id) => !after.has(id)),
        );
        for (const message of messages) expect(message.rows.length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it("is null when nothing has changed", () => {
    fc.assert(
      fc.property(list, (rows) => {
        expect(diff(rowStatesOf(rows), rows, 20)).toBeNull();
      }),
    );
  });

  it("after two reads removes only rows that both lack", () => {
    fc.assert(
      fc.property(list, list, (first, second) => {
        const ids = new Set(confirmedBy(first, second).keys());
        expect(ids).toEqual(new Set([...first.keys(), ...second.keys()]));
      }),
    );
  });
});

describe("a resume token", () => {
  const codec = createResumeTokenCodec("a secret of the test", ["tenant", "list"]);
  const known = list.map(rowStatesOf);

  it("contains the state sent and its time", () => {
    fc.assert(
      fc.property(known, fc.double({ min: 0, max: 2e12, noNaN: true }), fc.string(), (told, asOfMs, replica) => {
        expect(codec.decode(codec.encode({ rowStates: told, asOfMs, replica }))).toEqual({
          rowStates: told,
          asOfMs,
          replica,
        });
      }),
    );
  });

  it("takes fewer than 12 characters per task", () => {
    const ids = Array.from({ length: 400 }, (_, i) =>
      String(7_300_900_000_000_000_000n + BigInt(i) * 7_919_131n ** 2n),
    );
    const position = codec.encode({ rowStates: new Map(ids.map((id) => [id, 1])), asOfMs: 0, replica: "a" });
    expect(position.length / 400).toBeLessThan(12);
  });

  it("is rejected when it belongs to another list, is altered, oversized or signed with another key", () => {
    const position = codec.encode({ rowStates: new Map([["1", 1]]), asOfMs: 1, replica: "a" });
    const others = [
      createResumeTokenCodec("a secret of the test", ["tenant", "other"]),
      createResumeTokenCodec("another secret", ["tenant", "list"]),
    ];
    for (const other of others) expect(() => other.decode(position)).toThrow(InvalidCursorError);
    for (const i of position.split("").keys()) {
      const altered = `${position.slice(0, i)}${position[i] === "A" ? "B" : "A"}${position.slice(i + 1)}`;
      expect(() => codec.decode(altered), altered).toThrow(InvalidCursorError);
    }
    expect(() => codec.decode("A".repeat(1_000_000))).toThrow(InvalidCursorError);
  });
});
