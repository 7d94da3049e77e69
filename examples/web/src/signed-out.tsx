import { useMessages } from "./messages.js";
import { loginUrl } from "./session.js";

const isKnown = <T extends object>(messages: T, code: string): code is keyof T & string =>
  Object.hasOwn(messages, code);

/** Renders what a visitor sees before signing in, with the reason why a login has failed. */
export function SignedOut() {
  const texts = useMessages();
  const error = new URLSearchParams(location.search).get("login_error");
  return (
    <div className="welcome">
      <h1>{texts.welcome}</h1>
      {error && <p role="alert">{isKnown(texts.loginErrors, error) ? texts.loginErrors[error] : texts.failed}</p>}
      <a className="button" href={loginUrl()}>
        {texts.signIn}
      </a>
    </div>
  );
}
