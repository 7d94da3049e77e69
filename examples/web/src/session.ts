import { ServerError } from "@apollo/client";
import { useQuery } from "@apollo/client/react";
import { useEffect } from "react";
import { graphql } from "./gql/index.js";

const MeQuery = graphql(`
  query Me {
    viewer {
      userId
      name
      avatarUrl
      scopes
    }
  }
`);

/** Person who looks at the page. */
export interface Me {
  readonly userId: string;
  readonly name: string | null;
  readonly avatarUrl: string | null;
  readonly scopes: readonly string[];
}

/** Tells the other tabs of this browser that someone has signed out. */
const TABS = new BroadcastChannel("feishu-hire-session");

/** Address of a route of the service, which may stand behind a path prefix. */
const route = (path: string): URL => new URL(["..", "..", ...path.split("/")].join("/"), import.meta.url);

/** Returns the address that signs in and comes back to this place. */
export function loginUrl(): string {
  const url = route("auth/login");
  url.searchParams.set("returnTo", `${location.pathname}${withoutLoginError()}${location.hash}`);
  return String(url);
}

function withoutLoginError(): string {
  const params = new URLSearchParams(location.search);
  params.delete("login_error");
  return params.size > 0 ? `?${params}` : "";
}

/** Ends the session here and in the other tabs. */
export async function logOut(): Promise<void> {
  await fetch(route("auth/logout"), { method: "POST" });
  TABS.postMessage("signed out");
  location.reload();
}

/** Returns true for the answer to a request without a session. */
export const isSignedOut = (error: unknown): boolean => ServerError.is(error) && error.statusCode === 401;

/** Returns who is signed in; `null` for nobody, `undefined` while it is not known. */
export function useMe(): { readonly me: Me | null | undefined; readonly isPublic: boolean } {
  const { data, error, loading } = useQuery(MeQuery, { errorPolicy: "all", fetchPolicy: "network-only" });
  useEffect(() => {
    const reload = (): void => location.reload();
    TABS.addEventListener("message", reload);
    return () => TABS.removeEventListener("message", reload);
  }, []);
  if (loading) return { me: undefined, isPublic: false };
  return { me: data?.viewer ?? null, isPublic: !error && !data?.viewer };
}

/** Place in the list, kept while the viewer signs in again. */
interface Place {
  readonly first: number;
  readonly scrollY: number;
}

const PLACE = "inbox-place";

/** Remembers how far the list was read and scrolled. */
export const keepPlace = (first: number): void =>
  sessionStorage.setItem(PLACE, JSON.stringify({ first, scrollY } satisfies Place));

/** Returns the remembered place once. */
export function takePlace(): Place | null {
  const text = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  return text === null ? null : (JSON.parse(text) as Place);
}
