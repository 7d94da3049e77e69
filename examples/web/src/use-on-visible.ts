import { type RefCallback, useCallback, useEffect, useRef } from "react";

/** Calls `onVisible` when the element with the ref comes within 200 px of the viewport. */
export function useOnVisible(onVisible: () => void): RefCallback<Element> {
  const latest = useRef(onVisible);
  useEffect(() => {
    latest.current = onVisible;
  });
  return useCallback((element: Element | null) => {
    if (!element) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      rootMargin: "200px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}
