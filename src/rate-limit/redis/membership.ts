/** Part of one quota, as the membership of its process handles it. */
export interface SharedPart {
  /** Returns true while a window still counts a call of this replica. */
  isInUse(): boolean;
  /** Reports the calls that still count, before Redis counts this replica in. */
  report(): Promise<void>;
  /** Returns the unused slots. */
  giveBack(): Promise<void>;
  /** Renews at once, because the membership has changed or there is something to report. */
  wake(): void;
  close(): void;
}

/** View of the process's membership for a share. */
export interface Membership {
  isShared(): boolean;
  /** Returns true if Redis is reachable but does not know the calls of all replicas yet. */
  isSettling(): boolean;
  /** Configured part of every quota that a replica keeps to without the others; `null` if not configured. */
  readonly configuredShare: number | null;
  /** Returns the configured part, or an even part by the number of replicas. */
  share(): number;
  /**
   * Returns the time until which no call starts without an allotment.
   * Before it, the others may not have noticed that this replica is alone.
   */
  heldUntilMs(): number;
  /** Returns the time at which Redis last answered while the quotas were shared; `null` before that. */
  lastSharedMs(): number | null;
  /** Records that Redis has answered a message sent at `sentAtMs`. */
  recordContact(sentAtMs: number): void;
  /** Leaves the fleet, because Redis has failed or does not know this replica. */
  leave(cause: unknown): void;
  /** Adds a share that is in use from now on. */
  add(share: SharedPart): void;
  /** Removes a share that is not used any more. */
  remove(share: SharedPart): void;
}
