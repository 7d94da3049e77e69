import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import type { Viewer, ViewerIdType } from "../../authz/viewer.js";
import type { Clock } from "../../core/clock.js";
import { UpstreamError } from "../../feishu/errors.js";
import { type Authenticate, bearerTokenOf, isTenantKey, Unauthenticated } from "./authenticate.js";

/** Settings that verify tokens and map their claims. */
export interface JwtSettings {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** Claim that holds the user's Feishu id. */
  readonly userClaim: string;
  /** Claim that holds the kind of that id; `null`: `idType` applies to every token. */
  readonly idTypeClaim: string | null;
  readonly idType: ViewerIdType;
  /** Claim that holds the scopes, by its name or its path: a list, or a space-separated string. */
  readonly scopeClaim: string;
  /**
   * Claim that holds the tenant, and the tenant that is admitted; `null` when the issuer serves one tenant only.
   * A `key` of `null` admits any tenant, for an app that serves many.
   */
  readonly tenant: { readonly claim: string; readonly key: string | null } | null;
}

/** Asymmetric algorithms only: with a shared secret, every verifier could also issue tokens. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
/** Seconds of clock skew that are tolerated. */
const CLOCK_TOLERANCE_S = 30;
const FETCH_WITHIN_MS = 5000;
/** Milliseconds after which keys are fetched again. An unknown key in a token triggers a fetch too. */
const KEYS_LIVE_MS = 600_000;
/** Minimum delay between JWKS refreshes; the cached keys stay in use meanwhile. */
const RETRY_KEYS_MS = 30_000;

/** Creates the authenticator of `AUTH_MODE=jwt`, which verifies tokens with the keys at `jwksUrl`. */
export function createJwtAuthenticate(
  settings: JwtSettings,
  clock: Clock,
  fetchThroughProxy: FetchImplementation | null,
): Authenticate {
  const keys = fetchKeys(settings.jwksUrl, clock, fetchThroughProxy);
  return async (credentials) => {
    const token = bearerTokenOf(credentials);
    try {
      const { payload } = await jwtVerify(token.reveal(), keys, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(clock.now()),
        requiredClaims: ["exp"],
      });
      return toViewer(payload, settings);
    } catch (error) {
      // Errors of jose name claims and algorithms, never their values.
      if (error instanceof errors.JOSEError) {
        const claim = error instanceof errors.JWTClaimValidationFailed ? error.claim : null;
        throw new Unauthenticated(`the token is invalid: ${error.code}`, claim);
      }
      throw error;
    }
  };
}

/**
 * Returns a lookup of the issuer's keys.
 * Cached keys stay in use during a background refresh and while their server is down.
 * Only a token that names an unknown key waits for a refresh.
 * @throws {UpstreamError} `UPSTREAM_UNAVAILABLE` when no keys are cached and none can be fetched.
 */
function fetchKeys(url: string, clock: Clock, fetchThroughProxy: FetchImplementation | null): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(url), {
    timeoutDuration: FETCH_WITHIN_MS,
    cacheMaxAge: KEYS_LIVE_MS,
    ...(fetchThroughProxy && { [customFetch]: fetchThroughProxy }),
  });
  let triedAtMs = Number.NEGATIVE_INFINITY;
  const refreshBehind = (): void => {
    if (remote.fresh || clock.now() - triedAtMs < RETRY_KEYS_MS) return;
    triedAtMs = clock.now();
    const keepTheOld = (): void => {};
    remote.reload().catch(keepTheOld);
  };
  return async (header, token) => {
    const last = remote.jwks();
    if (last) refreshBehind();
    try {
      return await (last ? createLocalJWKSet(last) : remote)(header, token);
    } catch (error) {
      if (last && error instanceof errors.JWKSNoMatchingKey) return askAnew(remote, header, token);
      throw isRefusal(error)
        ? error
        : new UpstreamError("UPSTREAM_UNAVAILABLE", "the issuer's keys are unavailable", null);
    }
  };
}

/** Looks up a key that the cached set lacks in a refreshed set. A failed refresh counts as an unknown key. */
async function askAnew(remote: JWTVerifyGetKey, ...[header, token]: Parameters<JWTVerifyGetKey>) {
  try {
    return await remote(header, token);
  } catch (error) {
    throw isRefusal(error) ? error : new errors.JWKSNoMatchingKey();
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;

const ID_TYPES: readonly ViewerIdType[] = ["open_id", "union_id", "user_id", "people_admin_id"];

/** Returns a claim by its name, or by its path, such as `realm_access.roles`. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name.split(".").reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? value[key as never] : undefined;
  }, payload);
}

function toViewer(payload: JWTPayload, settings: JwtSettings): Viewer {
  const { userClaim, idTypeClaim, scopeClaim, tenant } = settings;
  const tenantKey = tenant ? claimOf(payload, tenant.claim) : null;
  if (tenant && tenant.key !== null && tenantKey !== tenant.key) {
    throw new Unauthenticated("the token belongs to another tenant", tenant.claim);
  }
  if (tenant && !isTenantKey(tenantKey))
    throw new Unauthenticated(`the token lacks the claim ${tenant.claim}`, tenant.claim);
  const userId = claimOf(payload, userClaim);
  if (typeof userId !== "string" || userId === "")
    throw new Unauthenticated(`the token lacks the claim ${userClaim}`, userClaim);
  const claimed = idTypeClaim === null ? settings.idType : claimOf(payload, idTypeClaim);
  const idType = ID_TYPES.find((type) => type === claimed);
  if (!idType)
    throw new Unauthenticated(`the token's claim ${idTypeClaim} must be one of ${ID_TYPES.join(", ")}`, idTypeClaim);
  const name = typeof payload.name === "string" ? payload.name : null;
  const scopes = scopesOf(claimOf(payload, scopeClaim));
  const ofMany = tenant?.key === null && isTenantKey(tenantKey) ? { tenant: tenantKey } : null;
  const expiresAtMs = (Number(payload.exp) + CLOCK_TOLERANCE_S) * 1000;
  return { userId, idType, ids: { [idType]: userId }, name, scopes, expiresAtMs, ...ofMany };
}

function scopesOf(claim: unknown): ReadonlySet<string> {
  if (typeof claim === "string") return new Set(claim.split(" ").filter((scope) => scope !== ""));
  return new Set(Array.isArray(claim) ? claim.filter((scope) => typeof scope === "string") : []);
}
