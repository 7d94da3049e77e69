import "./app.css";
import { ApolloProvider } from "@apollo/client/react";
import { StrictMode, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { Account } from "./account.js";
import { createClient } from "./client.js";
import { Inbox } from "./inbox.js";
import { type Language, MESSAGES, MessagesContext } from "./messages.js";
import { useMe } from "./session.js";
import { SignedOut } from "./signed-out.js";

function App() {
  const [language, setLanguage] = useState<Language>(navigator.language.startsWith("zh") ? "zh" : "en");
  // Names come in the requested language, so each language has its own cache.
  const client = useMemo(() => createClient(language), [language]);
  document.documentElement.lang = language;
  return (
    <MessagesContext value={MESSAGES[language]}>
      <ApolloProvider client={client}>
        <Page key={language} language={language} onLanguage={setLanguage} />
      </ApolloProvider>
    </MessagesContext>
  );
}

interface PageProps {
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}

/** Shows the viewer's own list, a colleague's (`?user=ou_…`), or the way to sign in. */
function Page({ language, onLanguage }: PageProps) {
  const { me, isPublic } = useMe();
  const [colleague, setColleague] = useState(() => new URLSearchParams(location.search).get("user"));
  const choose = (openId: string | null): void => {
    const url = new URL(location.href);
    if (openId) url.searchParams.set("user", openId);
    else url.searchParams.delete("user");
    history.pushState(null, "", url);
    setColleague(openId);
  };
  if (me === undefined) return null;
  // A sandbox shows any list to a visitor without a session.
  const isVisible = me !== null || (isPublic && colleague !== null);
  const account = me && <Account me={me} colleague={colleague} onColleague={choose} />;
  const userId = colleague === me?.userId ? null : colleague;
  return isVisible ? (
    <Inbox
      key={userId}
      viewerId={me?.userId ?? null}
      userId={userId}
      showsPersonal={me?.scopes.includes("hire:talent:pii") ?? false}
      account={account}
      language={language}
      onLanguage={onLanguage}
    />
  ) : (
    <main>
      <SignedOut />
    </main>
  );
}

const root = document.getElementById("app");
if (!root) throw new Error("#app element not found");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
