import { createHmac } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { SANDBOX_AUDIENCE, SANDBOX_ISSUER, SANDBOX_TENANT_KEY } from "../../src/sandbox/sign-in.js";
import { signedIn } from "./signed-in.js";

type Headers = Readonly<Record<string, string>>;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** Returns claims that would be valid if the issuer had signed them. */
const claims = () => ({
  iss: SANDBOX_ISSUER,
  aud: SANDBOX_AUDIENCE,
  sub: "ou_x",
  tenant: SANDBOX_TENANT_KEY,
  exp: inSeconds(600),
});

const publishedKeys = async ({ signIn }: Sandbox) => ((await signIn.jwks()) as { keys: { kid: string }[] }).keys;

/** Headers that a service with JWT sign-in must reject, by their defect. */
export const FORGED_TOKENS: Readonly<Record<string, (sandbox: Sandbox) => Promise<Headers>>> = {
  "no header": async () => ({}),
  "an empty bearer": async () => bearer(""),
  "another scheme": async () => ({ authorization: "Basic dXNlcjpwYXNz" }),
  "two tokens": async () => bearer("a b"),
  "no token at all": async () => bearer("not.a.token"),
  "alg none": async () => bearer(`${encode({ alg: "none" })}.${encode(claims())}.`),
  "a shared secret made of the public key": async (sandbox) => {
    const [key] = await publishedKeys(sandbox);
    const head = encode({ alg: "HS256", kid: key?.kid ?? "" });
    const body = encode(claims());
    const signature = createHmac("sha256", JSON.stringify(key)).update(`${head}.${body}`).digest("base64url");
    return bearer(`${head}.${body}.${signature}`);
  },
  "a key of one's own in the header": async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwk = await exportJWK(publicKey);
    return bearer(await new SignJWT(claims()).setProtectedHeader({ alg: "ES256", jwk }).sign(privateKey));
  },
  "a key of one's own under the published name": async (sandbox) => {
    const [key] = await publishedKeys(sandbox);
    const { privateKey } = await generateKeyPair("ES256");
    const header = { alg: "ES256", kid: key?.kid ?? "" };
    return bearer(await new SignJWT(claims()).setProtectedHeader(header).sign(privateKey));
  },
  "an altered payload": async (sandbox) => {
    const { authorization = "" } = await signedIn({ sandbox }, "ou_a");
    const [head, , signature] = authorization.split(".");
    return { authorization: `${head}.${encode(claims())}.${signature}` };
  },
  "another audience": (sandbox) => signedIn({ sandbox }, "ou_a", [], { aud: "another" }),
  "another issuer": (sandbox) => signedIn({ sandbox }, "ou_a", [], { iss: "https://evil.test" }),
  "an expired token": (sandbox) => signedIn({ sandbox }, "ou_a", [], { exp: inSeconds(-60) }),
  "a token that never ends": (sandbox) => signedIn({ sandbox }, "ou_a", [], { exp: undefined }),
  "a token of the future": (sandbox) => signedIn({ sandbox }, "ou_a", [], { nbf: inSeconds(600) }),
  "another tenant": (sandbox) => signedIn({ sandbox }, "ou_a", [], { tenant: "another" }),
  "no tenant": (sandbox) => signedIn({ sandbox }, "ou_a", [], { tenant: undefined }),
  "no user": (sandbox) => signedIn({ sandbox }, "", []),
  "a user that is no text": (sandbox) => signedIn({ sandbox }, "ou_a", [], { sub: 7 }),
};
