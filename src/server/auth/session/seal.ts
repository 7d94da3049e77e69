import { hkdfSync } from "node:crypto";
import { CompactEncrypt, compactDecrypt } from "jose";
import type { Secret } from "../../../core/secret.js";

/** Encrypts values that are stored or that pass through a browser. */
export interface Seal {
  seal(value: object): Promise<string>;
  /** Returns the value; `null` for a text of another purpose or deployment, or one that was altered. */
  open(text: string): Promise<unknown>;
}

/** Creates a seal for one purpose. The first secret seals; all of them open, so that secrets can be rotated. */
export function createSeal(secrets: readonly Secret[], purpose: string): Seal {
  const keyOf = (secret: Secret) =>
    new Uint8Array(hkdfSync("sha256", secret.reveal(), "", `feishu-hire-graphql ${purpose}`, 32));
  const keys = secrets.map(keyOf);
  const [first] = keys as [Uint8Array];
  return {
    seal: (value) =>
      new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .encrypt(first),
    async open(text) {
      for (const key of keys) {
        const opened = await compactDecrypt(text, key).catch(() => null);
        if (opened) return JSON.parse(new TextDecoder().decode(opened.plaintext)) as unknown;
      }
      return null;
    },
  };
}
