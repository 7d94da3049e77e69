import { useEffect, useState } from "react";

/** Task whose details are open, as the address bar names it: the back button closes them, and a link opens them. */
export function useOpenTask(): {
  readonly openId: string | null;
  readonly open: (id: string) => void;
  readonly close: () => void;
} {
  const [openId, setOpenId] = useState(readHash);
  useEffect(() => {
    const follow = (): void => setOpenId(readHash());
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  return {
    openId,
    open(id) {
      history.pushState({ isOurs: true }, "", `#task=${id}`);
      setOpenId(id);
    },
    close() {
      if (readHash() === null) return;
      // The page before this one may be another site's: then only the address changes.
      if ((history.state as { isOurs?: boolean } | null)?.isOurs) history.back();
      else history.replaceState(null, "", `${location.pathname}${location.search}`);
      setOpenId(null);
    },
  };
}

const readHash = (): string | null => /^#task=(\d+)$/.exec(location.hash)?.[1] ?? null;
