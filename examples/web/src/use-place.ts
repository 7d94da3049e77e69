import { useEffect, useRef, useState } from "react";

/** Place in the list, kept while the viewer signs in again. */
interface Place {
  readonly first: number;
  readonly scrollY: number;
}

const PLACE = "inbox-place";

/** Returns the remembered place once. */
function takePlace(): Place | null {
  const text = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  return text === null ? null : (JSON.parse(text) as Place);
}

/** Brings the viewer back to where they were before they signed in again; `count` tasks are shown now. */
export function usePlace(count: number): { readonly first: number | null; readonly keep: () => void } {
  const [place] = useState(takePlace);
  // A session that ends takes the list along: the last count that was shown is kept.
  const shown = useRef(0);
  if (count > 0) shown.current = count;
  const isShown = count > 0;
  useEffect(() => {
    if (place && isShown) scrollTo(0, place.scrollY);
  }, [place, isShown]);
  return {
    first: place?.first ?? null,
    keep: () => sessionStorage.setItem(PLACE, JSON.stringify({ first: shown.current, scrollY } satisfies Place)),
  };
}
