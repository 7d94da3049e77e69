import type { Clock } from "../core/clock.js";

/** Single timer that moves forward when something falls due earlier. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #set: { readonly atMs: number; readonly timer: AbortController } | null = null;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings in `delayMs` at the latest. An infinite delay sets no timer; the event that ends it has to act by itself. */
  ringIn(delayMs: number): void {
    if (delayMs === Number.POSITIVE_INFINITY) return;
    const atMs = this.#clock.now() + delayMs;
    if (this.#set && this.#set.atMs <= atMs) return;
    this.stop();
    const timer = new AbortController();
    this.#set = { atMs, timer };
    const replaced = (): void => {};
    this.#clock.sleep(delayMs, timer.signal).then(() => {
      this.#set = null;
      this.#ring();
    }, replaced);
  }

  stop(): void {
    this.#set?.timer.abort();
    this.#set = null;
  }
}
