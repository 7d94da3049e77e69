/** Feishu's kinds of user id. */
export type ViewerIdType = "open_id" | "union_id" | "user_id" | "people_admin_id";

/** Somebody who has signed in. */
export interface Viewer {
  /** The id that they signed in with, and its kind. */
  readonly userId: string;
  readonly idType: ViewerIdType;
  /** All ids that are known of them, that one included. */
  readonly ids: Readonly<Partial<Record<ViewerIdType, string>>>;
  /** The tenant that they have signed in to, where the app acts for many. It comes from what was verified alone. */
  readonly tenant?: string;
  /** `null` when signing in did not tell. */
  readonly name: string | null;
  /** The rights that they were given, by name. */
  readonly scopes: ReadonlySet<string>;
}

/** Who asks: `null` is anybody, where nobody has to sign in. */
export type Caller = Viewer | null;
