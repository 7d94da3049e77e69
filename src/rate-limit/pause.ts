/** Holds calls back after a throttled answer; then lets one go ahead of the others, which follow when it was let through. */
export class Pause {
  #untilMs = 0;
  #probe: "none" | "due" | "out" = "none";

  begin(nowMs: number, forMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, nowMs + forMs);
    this.#probe = "due";
  }

  /** Milliseconds for which no call may start; `Infinity` while the probe is out. */
  holdMs(nowMs: number): number {
    return this.#probe === "out" ? Number.POSITIVE_INFINITY : this.leftMs(nowMs);
  }

  leftMs(nowMs: number): number {
    return Math.max(0, this.#untilMs - nowMs);
  }

  /** A call starts; says whether it is the probe. */
  start(): boolean {
    if (this.#probe !== "due") return false;
    this.#probe = "out";
    return true;
  }

  /** The probe is back. One that was not sent has shown nothing, and another one has to go. */
  finish(wasSent: boolean): void {
    if (this.#probe === "out") this.#probe = wasSent ? "none" : "due";
  }
}
