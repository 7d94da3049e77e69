import type { CallHistory } from "./windows.js";

/** One call's place in the quota, from its start until it has left every window. */
export interface Slot {
  /** Unique in the fleet. */
  readonly id: string;
  readonly startedMs: number;
}

/** The newest of these durations weighs this much in their average. */
const NEWEST_WEIGHT = 0.2;

/** What this process has called at one endpoint. */
export class History implements CallHistory {
  readonly open = new Set<Slot>();
  readonly endsMs: number[] = [];
  readonly endedIds: string[] = [];
  /** How long a call takes, as an average that follows the newest. */
  durationMs = 0;

  get inFlight(): number {
    return this.open.size;
  }

  start(slot: Slot): Slot {
    this.open.add(slot);
    return slot;
  }

  /** `keep` newest ends are remembered. */
  end(slot: Slot, nowMs: number, keep: number): void {
    if (!this.open.delete(slot)) return;
    const tookMs = nowMs - slot.startedMs;
    this.durationMs = this.endsMs.length === 0 ? tookMs : this.durationMs + (tookMs - this.durationMs) * NEWEST_WEIGHT;
    this.endsMs.push(nowMs);
    this.endedIds.push(slot.id);
    // Trimmed in blocks: cutting one off the front at every call would copy the whole array each time.
    const surplus = this.endsMs.length - keep;
    if (surplus > keep) {
      this.endsMs.splice(0, surplus);
      this.endedIds.splice(0, surplus);
    }
  }

  /** The call was never made. */
  drop(slot: Slot): void {
    this.open.delete(slot);
  }
}
