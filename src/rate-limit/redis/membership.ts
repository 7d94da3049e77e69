/** One quota's part, as its process's membership handles it. */
export interface SharedPart {
  /** True while a window still counts a call of this replica. */
  isInUse(): boolean;
  /** Reports the calls that still count, before Redis counts this replica in. */
  report(): Promise<void>;
  /** Gives back what is not used. */
  giveBack(): Promise<void>;
  /** The membership has changed, or there is something to tell: renews at once. */
  wake(): void;
  close(): void;
}

/** View of the process's membership for a share. */
export interface Membership {
  isShared(): boolean;
  /** Redis is there, but does not know the calls of all replicas yet. */
  isSettling(): boolean;
  /** The part of every quota that a replica keeps to without the others, where it is configured. */
  readonly configuredShare: number | null;
  /** That part, by the number of replicas where it is not. */
  share(): number;
  /** No call starts without an allotment until then: the others may not have noticed yet that this replica is alone. */
  heldUntilMs(): number;
  /** When Redis last answered while the quotas were shared; `null` before that. */
  lastSharedMs(): number | null;
  /** Redis has answered something that was sent then. */
  recordContact(sentAtMs: number): void;
  /** Redis has failed, or does not know this replica. */
  leave(cause: unknown): void;
  /** A share is in use from now on. */
  add(share: SharedPart): void;
  /** It will not be used any more. */
  remove(share: SharedPart): void;
}
