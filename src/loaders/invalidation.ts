/** Changed entities in Feishu, by their ids as used in the keys of reads. */
export interface Changed {
  /** Tenant that the entities belong to, as in the keys of reads. */
  readonly tenant: string;
  readonly ids: readonly string[];
}

/**
 * Option of an application read together with its talent. The answer holds data of both, but its key names only the
 * application.
 */
const JOINT = '"with_talent"';

/**
 * Returns a predicate for the keys of reads that the change affects. It looks for ids in quotes, as they appear in
 * keys. Every read of an id matches, whatever its endpoint and options.
 */
export function isReadOf({ tenant, ids }: Changed): (key: string) => boolean {
  const ofTenant = JSON.stringify([tenant, ""]).slice(0, -3);
  const quoted = ids.map((id) => JSON.stringify(id));
  return (key) => key.startsWith(ofTenant) && (key.includes(JOINT) || quoted.some((id) => key.includes(id)));
}
