/** Grant of a scope: to users by open_id, members of departments, and Feishu's roles. */
export interface ScopeGrant {
  readonly users: readonly string[];
  readonly departments: readonly string[];
  /** `tenant_manager` is an administrator of the tenant. */
  readonly roles: readonly "tenant_manager"[];
}

/** Grants by scope. */
export type ScopeGrants = Readonly<Record<string, ScopeGrant>>;

/** Parts of a user's directory record that grants depend on. */
export interface DirectoryEntry {
  readonly departmentIds: readonly string[];
  readonly isTenantManager: boolean | null;
}

/** Returns the scopes of a user. The directory is read only if a grant depends on it; a failure fails the login. */
export async function scopesOf(
  grants: ScopeGrants,
  openId: string,
  lookUp: (openId: string) => Promise<DirectoryEntry | null>,
): Promise<ReadonlySet<string>> {
  const needsDirectory = Object.values(grants).some(
    ({ departments, roles }) => departments.length > 0 || roles.length > 0,
  );
  const entry = needsDirectory ? await lookUp(openId) : null;
  const isGranted = ({ users, departments, roles }: ScopeGrant): boolean =>
    users.includes(openId) ||
    departments.some((id) => entry?.departmentIds.includes(id)) ||
    (roles.includes("tenant_manager") && entry?.isTenantManager === true);
  return new Set(Object.entries(grants).flatMap(([scope, grant]) => (isGranted(grant) ? [scope] : [])));
}
