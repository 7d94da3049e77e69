/** Pause after a throttled response. One probe goes first afterwards; other calls follow once it was let through. */
export class Pause {
  #untilMs = 0;
  #probe: "none" | "due" | "out" = "none";

  begin(nowMs: number, forMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, nowMs + forMs);
    this.#probe = "due";
  }

  /** Returns the milliseconds during which no call may start; `Infinity` while the probe is in flight. */
  holdMs(nowMs: number): number {
    return this.#probe === "out" ? Number.POSITIVE_INFINITY : this.leftMs(nowMs);
  }

  leftMs(nowMs: number): number {
    return Math.max(0, this.#untilMs - nowMs);
  }

  /** Records the start of a call; returns true if it is the probe. */
  start(): boolean {
    if (this.#probe !== "due") return false;
    this.#probe = "out";
    return true;
  }

  /** Records the end of the probe. A probe that was not sent has shown nothing, so another one is due. */
  finish(wasSent: boolean): void {
    if (this.#probe === "out") this.#probe = wasSent ? "none" : "due";
  }
}
