import { createHmac, timingSafeEqual } from "node:crypto";

const MAC_BYTES = 16;

/** The text is not one that this server issued for this very list. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
  /** The argument that it came in. */
  readonly argument: string;

  constructor(argument: string, message: string) {
    super(message);
    this.argument = argument;
  }
}

/** Signs what clients keep for us. */
export interface TokenSigner {
  sign(payload: Buffer): string;
  /** @throws {InvalidCursorError} when the text was altered, belongs to another list, or was signed with another secret. */
  verify(text: string): Buffer;
}

/** What is sealed: how it is called, in which argument it comes back, and how long it can get. */
export interface SignedTokenKind {
  readonly name: string;
  readonly argument: string;
  readonly maxChars: number;
}

/**
 * A seal for what belongs to the list that `scope` names (tenant, user, filters). The scope is signed but not written into the
 * text: that tells nothing about whose list it is.
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
      // Strict: base64url has spare bits in its last character, and Node skips characters that it does not know.
      if (bytes.toString("base64url") !== text) throw invalid("is not base64url");
      const payload = bytes.subarray(MAC_BYTES);
      if (bytes.length <= MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), sign(payload))) {
        throw invalid("was not issued for this list, or was altered");
      }
      return payload;
    },
  };
}
