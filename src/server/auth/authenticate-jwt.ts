import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Viewer, ViewerIdType } from "../../authz/viewer.js";
import type { Clock } from "../../core/clock.js";
import { UpstreamError } from "../../feishu/errors.js";
import { type Authenticate, bearerTokenOf, isTenantKey, Unauthenticated } from "./authenticate.js";

/** How tokens are checked, and what their claims mean. */
export interface JwtSettings {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** The claim with the user's Feishu id. */
  readonly userClaim: string;
  /** The kind of that id: a claim that says, or the same for all. */
  readonly idTypeClaim: string | null;
  readonly idType: ViewerIdType;
  /** The claim with the scopes: a list, or a text with spaces between them. */
  readonly scopeClaim: string;
  /**
   * The claim with the tenant, and the tenant that may enter: any, with `key` `null`, for an app that acts for many. `null` when the
   * issuer serves one tenant only.
   */
  readonly tenant: { readonly claim: string; readonly key: string | null } | null;
}

/** Asymmetric ones only: with a shared secret, whoever can check a token could make one. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
/** Clocks differ. */
const CLOCK_TOLERANCE_S = 30;
const FETCH_WITHIN_MS = 5000;
/** Keys are fetched anew after so long, and when a token names one that is not known. */
const KEYS_LIVE_MS = 600_000;
/** A server that does not answer is asked again after so long, behind the keys that there are. */
const RETRY_KEYS_MS = 30_000;

/** `AUTH_MODE=jwt`: tokens of an issuer whose keys are found at an address. */
export function createJwtAuthenticate(settings: JwtSettings, clock: Clock): Authenticate {
  const keys = fetchKeys(settings.jwksUrl, clock);
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
      // What jose says names claims and algorithms, never their values.
      if (error instanceof errors.JOSEError) throw new Unauthenticated(`the token is not accepted: ${error.code}`);
      throw error;
    }
  };
}

/**
 * The issuer's keys. Old ones stay good while new ones are fetched behind them, and while their server is away; only a token
 * that names a key which is not there waits for it.
 * @throws {UpstreamError} `UPSTREAM_UNAVAILABLE` when there never were any and none can be had.
 */
function fetchKeys(url: string, clock: Clock): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(url), { timeoutDuration: FETCH_WITHIN_MS, cacheMaxAge: KEYS_LIVE_MS });
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
        : new UpstreamError("UPSTREAM_UNAVAILABLE", "the issuer's keys cannot be had", null);
    }
  };
}

/** A key that the last set lacks may be in the next; one that cannot be asked for is a key that nobody knows. */
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

function toViewer(payload: JWTPayload, settings: JwtSettings): Viewer {
  const { userClaim, idTypeClaim, scopeClaim, tenant } = settings;
  const tenantKey = tenant ? payload[tenant.claim] : null;
  if (tenant && tenant.key !== null && tenantKey !== tenant.key) {
    throw new Unauthenticated("the token is of another tenant");
  }
  if (tenant && !isTenantKey(tenantKey)) throw new Unauthenticated(`the token lacks the claim ${tenant.claim}`);
  const userId = payload[userClaim];
  if (typeof userId !== "string" || userId === "") throw new Unauthenticated(`the token lacks the claim ${userClaim}`);
  const claimed = idTypeClaim === null ? settings.idType : payload[idTypeClaim];
  const idType = ID_TYPES.find((type) => type === claimed);
  if (!idType) throw new Unauthenticated(`the token's claim ${idTypeClaim} is no kind of user id`);
  const name = typeof payload.name === "string" ? payload.name : null;
  const ofMany = tenant?.key === null && isTenantKey(tenantKey) ? { tenant: tenantKey } : null;
  return { userId, idType, ids: { [idType]: userId }, name, scopes: scopesOf(payload[scopeClaim]), ...ofMany };
}

function scopesOf(claim: unknown): ReadonlySet<string> {
  if (typeof claim === "string") return new Set(claim.split(" ").filter((scope) => scope !== ""));
  return new Set(Array.isArray(claim) ? claim.filter((scope) => typeof scope === "string") : []);
}
