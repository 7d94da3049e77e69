import { useMessages } from "./messages.js";
import { logOut, type Me } from "./session.js";

interface AccountProps {
  readonly me: Me;
  /** Colleague whose list is shown; `null` for one's own. */
  readonly colleague: string | null;
  readonly onColleague: (openId: string | null) => void;
}

/** Renders the viewer, the way out, and for managers the choice of a colleague. */
export function Account({ me, colleague, onColleague }: AccountProps) {
  const texts = useMessages();
  const mayChoose = me.scopes.includes("hire:exam:read_all");
  return (
    <div className="account">
      {me.avatarUrl && <img src={me.avatarUrl} alt="" width="32" height="32" />}
      <span>{me.name ?? me.userId}</span>
      {mayChoose && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const openId = String(new FormData(event.currentTarget).get("colleague") ?? "").trim();
            onColleague(openId || null);
          }}
        >
          <label>
            <span className="hidden">{texts.colleague}</span>
            <input name="colleague" defaultValue={colleague ?? ""} placeholder={texts.colleague} />
          </label>
          <button type="submit">{texts.show}</button>
        </form>
      )}
      <button type="button" onClick={() => void logOut(texts.failed)}>
        {texts.signOut}
      </button>
    </div>
  );
}
