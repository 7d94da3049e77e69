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
export async function logOut(failed: string): Promise<void> {
  const response = await fetch(route("auth/logout"), { method: "POST" }).catch(() => null);
  if (!response?.ok) return alert(failed);
  TABS.postMessage(null);
  location.reload();
}

/** Returns true for the answer to a request without a session. */
export const isSignedOut = (error: unknown): boolean => ServerError.is(error) && error.statusCode === 401;

/** Returns who is signed in; `null` for nobody, `undefined` while it is not known. */
export function useMe(): { readonly me: Me | null | undefined; readonly isPublic: boolean } {
  const { data, error, loading } = useQuery(MeQuery, { errorPolicy: "all", fetchPolicy: "no-cache" });
  useEffect(() => {
    if (loading) return;
    const userId = data?.viewer?.userId ?? null;
    // Another person, or nobody any more: what this tab shows is not theirs to see.
    const follow = ({ data: other }: MessageEvent<string | null>): void => {
      if (other !== userId) location.reload();
    };
    TABS.addEventListener("message", follow);
    if (userId !== null) TABS.postMessage(userId);
    return () => TABS.removeEventListener("message", follow);
  }, [loading, data]);
  if (loading) return { me: undefined, isPublic: false };
  return { me: data?.viewer ?? null, isPublic: !error && !data?.viewer };
}
