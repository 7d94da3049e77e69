import { describe, expect, it } from "vitest";
import { CancelSource } from "../../src/core/cancellation.js";

describe("a cancel source", () => {
  it("calls each listener once, in order, and keeps the first reason", () => {
    const stop = new CancelSource();
    const told: string[] = [];
    const leaver = () => told.push("leaver");
    stop.addEventListener("abort", () => told.push("first"));
    stop.addEventListener("abort", leaver);
    stop.addEventListener("abort", () => told.push("last"));
    stop.removeEventListener("abort", leaver);
    expect(stop.aborted).toBe(false);
    expect(() => stop.throwIfAborted()).not.toThrow();
    const reason = new Error("enough");
    stop.abort(reason);
    stop.abort(new Error("again"));
    expect(told).toEqual(["first", "last"]);
    expect(stop).toMatchObject({ aborted: true, reason });
    expect(() => stop.throwIfAborted()).toThrow(reason);
  });

  it("allows a listener to remove another during dispatch", () => {
    const stop = new CancelSource();
    const told: string[] = [];
    const second = () => told.push("second");
    stop.addEventListener("abort", () => stop.removeEventListener("abort", second));
    stop.addEventListener("abort", second);
    stop.abort("over");
    // As with an AbortSignal, a listener that is removed during dispatch is not called.
    expect(told).toEqual([]);
  });
});
