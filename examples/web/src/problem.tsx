import { useEffect, useState } from "react";
import { useMessages } from "./messages.js";
import { loginUrl } from "./session.js";

/** Reason that a list could not be read, with a code of the service's closed list. */
export interface ListError {
  readonly code: string;
  readonly retryAfterMs: number | null;
}

interface ProblemProps {
  readonly listError: ListError;
  /** Label of the button. */
  readonly action: string;
  readonly onAction: () => void;
  /** Called before the viewer leaves to sign in again. */
  readonly onSignIn: () => void;
}

const BUSY = new Set(["UPSTREAM_RATE_LIMITED", "DEADLINE_EXCEEDED", "UPSTREAM_UNAVAILABLE"]);

/** Renders an error and its action. When Feishu says how long to wait, the button stays disabled for that time. */
export function Problem({ listError, action, onAction, onSignIn }: ProblemProps) {
  const texts = useMessages();
  const seconds = useCountdown(listError.retryAfterMs ?? 0);
  if (listError.code === "UNAUTHENTICATED") {
    return (
      <div className="problem" role="alert">
        <p>{texts.sessionEnded}</p>
        <a className="button" href={loginUrl()} onClick={onSignIn}>
          {texts.signIn}
        </a>
      </div>
    );
  }
  const isForbidden = listError.code === "FORBIDDEN";
  const words = isForbidden ? texts.forbidden : BUSY.has(listError.code) ? texts.throttled(seconds) : texts.failed;
  return (
    <div className="problem" role="alert">
      <p>
        {words} <code>{listError.code}</code>
      </p>
      {!isForbidden && (
        <button type="button" disabled={seconds > 0} onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  );
}

/** Counts down and returns the whole seconds that remain. */
function useCountdown(ms: number): number {
  const [left, setLeft] = useState(Math.ceil(ms / 1000));
  useEffect(() => {
    setLeft(Math.ceil(ms / 1000));
    const timer = setInterval(() => setLeft((seconds) => Math.max(0, seconds - 1)), 1000);
    return () => clearInterval(timer);
  }, [ms]);
  return left;
}
