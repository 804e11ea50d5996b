/** A field of a form with its label, and what is wrong with it. */
import { useRef } from "preact/hooks";

interface Props {
  id: string;
  label: string;
  value: string;
  on: (value: string) => void;
  auto: string;
  type?: "text" | "password" | "email";
  hint?: string;
  digits?: boolean;
}

export function Field({ id, label, value, on, auto, type = "text", hint, digits }: Props) {
  const common = { id, class: "input", required: true, value, autocomplete: auto as "email", ...(hint && { "aria-describedby": `${id}-note` }) };
  const typed = (event: { currentTarget: HTMLInputElement }): void => on(event.currentTarget.value);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === "password" ? <input type="password" {...common} onInput={typed} /> : <input type="text" inputMode={digits ? "numeric" : type} {...common} onInput={typed} />}
      {hint && <span id={`${id}-note`} class="soft small-text">{hint}</span>}
    </div>
  );
}

/** A form whose fields the browser does not judge: the page says what is missing in its own words. */
export function Form({ onDone, children }: { onDone: () => void; children: preact.ComponentChildren }) {
  const place = useRef<HTMLFormElement>(null);
  return (
    <form class="stack" noValidate ref={place} onSubmit={(sent) => {
      sent.preventDefault();
      const empty = place.current?.querySelector<HTMLInputElement>("input:invalid");
      if (empty) empty.focus();
      else onDone();
    }}>
      {children}
    </form>
  );
}
