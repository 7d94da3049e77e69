import type { ReactNode } from "react";
import { type Language, useMessages } from "./messages.js";

/** State filter of the list. */
export type State = "PENDING" | "MARKED" | "all";

const STATES: readonly State[] = ["PENDING", "MARKED", "all"];

interface ControlsProps {
  readonly state: State;
  readonly onState: (state: State) => void;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
  readonly children: ReactNode;
}

/** Renders the title, the state filter and the language selector. */
export function Controls({ state, onState, language, onLanguage, children }: ControlsProps) {
  const texts = useMessages();
  return (
    <header>
      <h1>{texts.title}</h1>
      <fieldset>
        <legend className="hidden">{texts.state}</legend>
        {STATES.map((value) => (
          <label key={value} className="choice">
            <input type="radio" name="state" checked={state === value} onChange={() => onState(value)} />
            {texts[value]}
          </label>
        ))}
      </fieldset>
      <label>
        <span className="hidden">{texts.language}</span>
        <select value={language} onChange={({ target }) => onLanguage(target.value === "zh" ? "zh" : "en")}>
          <option value="en">English</option>
          <option value="zh">中文</option>
        </select>
      </label>
      {children}
    </header>
  );
}
