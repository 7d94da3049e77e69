import { deflateRawSync, inflateRawSync } from "node:zlib";
import { createTokenSigner, InvalidCursorError, type SignedTokenKind } from "../pagination/signed-token.js";
import type { SubscriberState } from "./diff.js";

const VERSION = 1;
const POSITION: SignedTokenKind = { name: "position", argument: "since", maxChars: 65_536 };

/** Turns what a watcher has been told into a text that it keeps, and back: no server has to remember it. */
export interface ResumeTokenCodec {
  encode(state: SubscriberState): string;
  /** @throws {InvalidCursorError} when the position is not one of this list's. */
  decode(position: string): SubscriberState;
}

/** A codec for the list that `scope` names (tenant, user, filters). An id of 19 digits takes about 12 characters. */
export function createResumeTokenCodec(secret: string, scope: readonly string[]): ResumeTokenCodec {
  const { sign, verify } = createTokenSigner(secret, scope, POSITION);
  return {
    encode: ({ rowStates, asOfMs, replica }) =>
      sign(deflateRawSync(JSON.stringify([VERSION, asOfMs, replica, [...rowStates]]))),
    decode(position) {
      const [version, asOfMs, replica, rowStates] = JSON.parse(inflateRawSync(verify(position)).toString());
      if (version !== VERSION)
        throw new InvalidCursorError(POSITION.argument, "the position is of a version that this server does not read");
      return { rowStates: new Map(rowStates), asOfMs, replica };
    },
  };
}
