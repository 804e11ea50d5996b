/** Goes back in the sale: the whole house by time, or one section record by record. */
import { signal } from "@preact/signals";
import { plan, sale } from "../buyer/sale";
import { clock, number } from "../ui/i18n";
import { Icon } from "../ui/parts";
import { figures } from "./figures";
import { backToNow, goBack, moment, reading } from "./past";
import { h } from "./texts";

const section = signal("");
const value = signal<number | null>(null);
const SETTLE_MS = 200;
const STEPS_MAX = 1_000;
let settling = 0;

/** From where to where one can go: times of the house, or records of a section. */
function range(): { from: number; to: number; step: number } | null {
  const now = figures.value;
  if (section.value) {
    const last = now?.at[section.value]?.[1];
    return last ? { from: 1, to: last, step: 1 } : null;
  }
  const created = sale.value?.created_at;
  if (!created || !now) return null;
  const from = Math.ceil(Date.parse(created) / 1000) * 1000;
  const to = Math.floor(Date.parse(now.as_of) / 1000) * 1000;
  return to > from ? { from, to, step: Math.max(1000, Math.ceil((to - from) / STEPS_MAX / 1000) * 1000) } : null;
}

function go(to: number): void {
  value.value = to;
  clearTimeout(settling);
  const at = section.peek() ? { section: section.peek(), seq: to } : new Date(to);
  settling = window.setTimeout(() => void goBack(at), SETTLE_MS);
}

/** Go at once to what the address asks for: a section after one of its records. */
export function asAsked(): void {
  const query = new URLSearchParams(location.search);
  const [name, seq] = [query.get("section"), Number(query.get("seq"))];
  if (!name || !Number.isSafeInteger(seq) || seq < 1) return;
  section.value = name;
  go(seq);
}

function now(): void {
  clearTimeout(settling);
  value.value = null;
  backToNow();
}

export function Scrubber() {
  const words = h().past;
  const bounds = range();
  const here = Math.min(bounds?.to ?? 0, Math.max(bounds?.from ?? 0, value.value ?? bounds?.to ?? 0));
  const step = (by: number): void => {
    if (bounds) go(Math.min(bounds.to, Math.max(bounds.from, here + by * bounds.step)));
  };
  return (
    <section class="scrubber" aria-labelledby="past-title">
      <h2 id="past-title" class="sr-only">{words.title}</h2>
      <label class="sr-only" for="past-of">{words.of}</label>
      <select id="past-of" class="select past-of" value={section.value} onChange={(event) => { section.value = event.currentTarget.value; now(); }}>
        <option value="">{words.house}</option>
        {plan.value?.sections.map((each) => <option key={each.name} value={each.name}>{each.name}</option>)}
      </select>
      <div class="past-line">
        <button type="button" class="icon-button" aria-label={words.earlier} disabled={!bounds || here <= bounds.from} onClick={() => step(-1)}><Icon name="back" /></button>
        <input type="range" class="past-range" aria-label={words.when} disabled={!bounds} min={bounds?.from ?? 0} max={bounds?.to ?? 1} step={bounds?.step ?? 1} value={here} aria-valuetext={told(here)} onInput={(event) => go(Number(event.currentTarget.value))} />
        <button type="button" class="icon-button" aria-label={words.later} disabled={!bounds || here >= bounds.to} onClick={() => step(1)}><Icon name="forth" /></button>
      </div>
      <p class="past-told figures" aria-busy={reading.value}>{value.value === null ? words.now : told(here)}</p>
      <button type="button" class="button small" disabled={moment.value === null && value.value === null} onClick={now}>{words.back}</button>
    </section>
  );
}

function told(here: number): string {
  return section.value ? h().past.record(number(here)) : h().past.asOf(clock(new Date(here), true));
}
