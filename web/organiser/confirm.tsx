/** Asks before something that many people will feel; what cannot be taken back wants a word typed. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../ui/i18n";
import { h } from "./texts";

export interface Question {
  title: string;
  text: string;
  go: string;
  /** What has to be typed before it is done. */
  word?: string;
  /** What may be told along, in so many characters. */
  telling?: { label: string; hint: string; charsMax: number };
  on(told: string): void;
}

const question = signal<Question | null>(null);
const typed = signal("");
const told = signal("");
let numbers = 0;

export function confirm(asked: Question): void {
  typed.value = told.value = "";
  numbers += 1;
  question.value = asked;
}

export function Confirm() {
  const asked = question.value;
  return asked && <Asked key={numbers} asked={asked} />;
}

/** A dialog tells that it was closed a moment later, when another question may have been asked: each has its own. */
function Asked({ asked }: { asked: Question }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const ready = !asked.word || typed.value.trim() === asked.word;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!ready) return;
    dialog.current?.close();
    asked.on(told.value.trim());
  };
  return (
    <dialog ref={dialog} class="dialog card pad" aria-labelledby="question" onClose={() => question.peek() === asked && (question.value = null)}>
      <form class="stack" onSubmit={submit}>
        <h2 id="question">{asked.title}</h2>
        <p>{asked.text}</p>
        {asked.word && (
          <div class="field">
            <label for="word">{h().confirm.type(asked.word)}</label>
            <input id="word" class="input" autocomplete="off" value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
          </div>
        )}
        {asked.telling && (
          <div class="field">
            <label for="telling">{asked.telling.label}</label>
            <input id="telling" class="input" autocomplete="off" maxLength={asked.telling.charsMax} aria-describedby="telling-hint" value={told.value} onInput={(event) => (told.value = event.currentTarget.value)} />
            <p id="telling-hint" class="soft small-text">{asked.telling.hint}</p>
          </div>
        )}
        <div class="row">
          <button class="button primary" disabled={!ready}>{asked.go}</button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>{t().common.back}</button>
        </div>
      </form>
    </dialog>
  );
}
