import { createHmac, timingSafeEqual } from "node:crypto";

const MAC_BYTES = 16;

/** Error for a token that this server did not issue for this list. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
  /** Argument that contained the token. */
  readonly argument: string;

  constructor(argument: string, message: string) {
    super(message);
    this.argument = argument;
  }
}

/** Signer of tokens that clients keep for the server. */
export interface TokenSigner {
  sign(payload: Buffer): string;
  /**
   * Verifies a token and returns its payload.
   * @throws {InvalidCursorError} when the text was altered, belongs to another list, or was signed with another secret.
   */
  verify(text: string): Buffer;
}

/** Kind of token: its name, the argument in which it comes back, and its maximum length. */
export interface SignedTokenKind {
  readonly name: string;
  readonly argument: string;
  readonly maxChars: number;
}

/**
 * Creates a signer of tokens for the list that `scope` names (tenant, user, filters). The scope is signed but not
 * written into the token, which thus does not reveal the list's owner.
 */
export function createTokenSigner(
  secret: string,
  scope: readonly string[],
  { name, argument, maxChars }: SignedTokenKind,
): TokenSigner {
  const invalid = (what: string): Error => new InvalidCursorError(argument, `the ${name} ${what}`);
  const sign = (payload: Buffer): Buffer =>
    createHmac("sha256", secret)
      .update(JSON.stringify(scope))
      .update("\n")
      .update(payload)
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    sign: (payload) => Buffer.concat([sign(payload), payload]).toString("base64url"),
    verify(text) {
      if (text.length > maxChars) throw invalid("is too long");
      const bytes = Buffer.from(text, "base64url");
      // Accepts canonical base64url only: its last character has spare bits, and Node skips unknown characters.
      if (bytes.toString("base64url") !== text) throw invalid("is not base64url");
      const payload = bytes.subarray(MAC_BYTES);
      if (bytes.length <= MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), sign(payload))) {
        throw invalid("was not issued for this list, or was altered");
      }
      return payload;
    },
  };
}
