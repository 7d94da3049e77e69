import "./app.css";
import { ApolloProvider } from "@apollo/client/react";
import { StrictMode, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "./client.js";
import { Inbox } from "./inbox.js";
import { type Language, MESSAGES, MessagesContext } from "./messages.js";

/** Marker whose tasks are shown: `?user=ou_…`, or the sandbox's first marker. A real app queries `viewer` instead. */
const userId = new URLSearchParams(location.search).get("user") ?? "ou_e6139117c300506837def50545420c6a";

function App() {
  const [language, setLanguage] = useState<Language>("en");
  // Names come in the requested language, so each language has its own cache.
  const client = useMemo(() => createClient(language), [language]);
  document.documentElement.lang = language;
  return (
    <MessagesContext value={MESSAGES[language]}>
      <ApolloProvider client={client}>
        <Inbox key={language} userId={userId} language={language} onLanguage={setLanguage} />
      </ApolloProvider>
    </MessagesContext>
  );
}

const root = document.getElementById("app");
if (!root) throw new Error("#app element not found");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
