import { deflateRawSync, inflateRawSync } from "node:zlib";
import { createTokenSigner, InvalidCursorError, type SignedTokenKind } from "../pagination/signed-token.js";
import type { SubscriberState } from "./diff.js";

const VERSION = 1;
const POSITION: SignedTokenKind = { name: "position", argument: "since", maxChars: 65_536 };

/**
 * Codec between a subscriber's state and a resume token. The client keeps the token, so no server has to store the
 * state.
 */
export interface ResumeTokenCodec {
  encode(state: SubscriberState): string;
  /** Decodes a resume token. @throws {InvalidCursorError} when the position was not issued for this list. */
  decode(position: string): SubscriberState;
}

/**
 * Creates a codec for the list that `scope` names (tenant, user, filters). An id of 19 digits takes about 12
 * characters.
 */
export function createResumeTokenCodec(secret: string, scope: readonly string[]): ResumeTokenCodec {
  const { sign, verify } = createTokenSigner(secret, scope, POSITION);
  return {
    encode: ({ rowStates, asOfMs, replica }) =>
      sign(deflateRawSync(JSON.stringify([VERSION, asOfMs, replica, [...rowStates]]))),
    decode(position) {
      const [version, asOfMs, replica, rowStates] = JSON.parse(inflateRawSync(verify(position)).toString());
      if (version !== VERSION)
        throw new InvalidCursorError(POSITION.argument, "the position has a version that this server does not support");
      return { rowStates: new Map(rowStates), asOfMs, replica };
    },
  };
}
