/** Feishu's kinds of user id. */
export type ViewerIdType = "open_id" | "union_id" | "user_id" | "people_admin_id";

/** A signed-in user. */
export interface Viewer {
  /** Id that the viewer signed in with; `idType` is its kind. */
  readonly userId: string;
  readonly idType: ViewerIdType;
  /** All known ids of the viewer, including `userId`. */
  readonly ids: Readonly<Partial<Record<ViewerIdType, string>>>;
  /** Tenant that the viewer signed in to, where the app serves several. It comes only from verified data. */
  readonly tenant?: string;
  /** Name of the viewer; `null` when sign-in did not provide one. */
  readonly name: string | null;
  /** Time at which the credentials expire; absent when unknown. */
  readonly expiresAtMs?: number;
  /** Address of the viewer's picture; absent or `null` when sign-in did not provide one. */
  readonly avatarUrl?: string | null;
  /** Returns false once the viewer's session has ended; absent for credentials that only expire. */
  readonly isOpen?: () => Promise<boolean>;
  /** Names of the scopes that the viewer was granted. */
  readonly scopes: ReadonlySet<string>;
}

/** Caller of a request; `null` is any caller when sign-in is not required. */
export type Caller = Viewer | null;
