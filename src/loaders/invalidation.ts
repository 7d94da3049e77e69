/** Something of Feishu's that has changed, by the id that reads name it by. */
export interface Changed {
  /** Whose it is, as in the keys of reads. */
  readonly tenant: string;
  readonly ids: readonly string[];
}

/** An application that was read together with its talent holds data of both, and its key names the application alone. */
const JOINT = '"with_talent"';

/**
 * Whether the key of a read names one of them. Ids are looked for as they stand in keys, in quotes: whatever was read of them, with
 * whichever options, is meant.
 */
export function isReadOf({ tenant, ids }: Changed): (key: string) => boolean {
  const ofTenant = JSON.stringify([tenant, ""]).slice(0, -3);
  const quoted = ids.map((id) => JSON.stringify(id));
  return (key) => key.startsWith(ofTenant) && (key.includes(JOINT) || quoted.some((id) => key.includes(id)));
}
