/** Imports a seating plan: looks at it first, says what of it is lost, and what it changes against an event's. */
import "../buyer/event.css";
import "./plans.css";
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { unpackStatuses } from "../client/seatmap";
import type { Problem } from "../client/frames";
import { Plan, type Columns } from "../map/plan";
import { number, plural } from "../ui/i18n";
import { newest } from "../ui/newest";
import { Banner, say } from "../ui/parts";
import { ask, refusal, send } from "./calls";
import { Drawing } from "./drawing";
import { Head, startHouse, Trouble } from "./house";
import { spotOf, type Spot } from "./places";
import { planDiff, type Change, type PlanDiff } from "./plandiff";
import { h } from "./texts";

interface Preview {
  name: string;
  sections: number;
  seats: number;
  ga_capacity: number;
  warnings: string[];
  places: string[][];
  plan: Columns;
}

interface Listed {
  event: string;
  name: string;
}

const FORMATS = ["", "seatsio", "pretix", "csv", "holdfast"] as const;
const CHANGES_SHOWN = 200;

const file = signal<File | null>(null);
const format = signal<(typeof FORMATS)[number]>("");
const preview = signal<(Preview & { house: Plan }) | null>(null);
const imported = signal<{ plan: string; name: string } | null>(null);
const wrong = signal<Problem | null>(null);
const busy = signal(false);
const events = signal<Listed[]>([]);
const against = signal("");
const diff = signal<PlanDiff | null>(null);
/** The house that the new plan is compared with, with what is held and sold of it. */
const before = signal<{ name: string; house: Plan } | null>(null);
/** Where in the drawing a warning leads. */
const spot = signal<Spot | null>(null);
let asked = 0;

function query(): string {
  return format.value ? `?format=${format.value}` : "";
}

async function trying(what: () => Promise<void>): Promise<void> {
  busy.value = true;
  wrong.value = null;
  try {
    await what();
  } catch (error) {
    wrong.value = refusal(error);
  } finally {
    busy.value = false;
  }
}

/** Look at a document; a later one overtakes an earlier one. */
async function look(chosen: File | null): Promise<void> {
  if (!chosen) return;
  asked += 1;
  const mine = asked;
  file.value = chosen;
  preview.value = diff.value = before.value = imported.value = spot.value = null;
  await trying(async () => {
    const told = await send<Preview>(`/plans/preview${query()}`, chosen);
    if (mine !== asked) return;
    preview.value = { ...told, house: new Plan(told.plan) };
    say(h().plans.looked(told.name));
    await compare();
  });
}

const comparisonAsked = newest();

async function compare(): Promise<void> {
  const isNews = comparisonAsked();
  const event = against.peek();
  const after = preview.peek()?.house;
  if (!event || !after) {
    isNews();
    diff.value = before.value = null;
    return;
  }
  const old = new Plan(await ask<Columns>(`/events/${event}/plan?layout=columns`));
  const { sections } = await ask<{ sections: Record<string, { status: string }> }>(`/events/${event}/seats`);
  for (const section of old.sections) {
    const status = sections[section.name]?.status;
    if (status) unpackStatuses(status, old.status.subarray(section.first, section.first + section.count));
  }
  if (!isNews()) return;
  diff.value = planDiff(old, after);
  before.value = { name: events.peek().find((each) => each.event === event)?.name ?? event, house: old };
}

async function store(): Promise<void> {
  const chosen = file.peek();
  if (!chosen) return;
  await trying(async () => {
    imported.value = await send<{ plan: string; name: string }>(`/plans${query()}`, chosen);
    say(h().plans.stored(imported.value.name));
  });
}

function PlansPage() {
  const words = h().plans;
  const shown = preview.value;
  return (
    <>
      <Head title={words.title} at="plans" />
      <main class="house-main">
        <Chooser />
        {busy.value && <p class="soft" aria-busy="true">{words.reading}</p>}
        <Trouble why={wrong.value} />
        {imported.value && (
          <Banner tone="good" title={`${words.stored(imported.value.name)} `}>
            <a class="button small" href={`/board?plan=${imported.value.plan}`}>{words.toEvent}</a>
          </Banner>
        )}
        {shown && <Looked shown={shown} />}
      </main>
    </>
  );
}

function Chooser() {
  const words = h().plans;
  const field = useRef<HTMLInputElement>(null);
  const dropped = (event: DragEvent): void => {
    event.preventDefault();
    void look(event.dataTransfer?.files[0] ?? null);
  };
  return (
    <div class="card stack drop" onDragOver={(event) => event.preventDefault()} onDrop={dropped}>
      <div class="plan-form">
        <div class="field grow">
          <label for="document">{words.choose}</label>
          <input ref={field} id="document" class="input" type="file" accept=".json,.csv,application/json,text/csv" aria-describedby="document-hint" onChange={() => void look(field.current?.files?.[0] ?? null)} />
        </div>
        <div class="field">
          <label for="format">{words.format}</label>
          <select id="format" class="select" value={format.value} onChange={(event) => { format.value = event.currentTarget.value as (typeof FORMATS)[number]; void look(file.peek()); }}>
            {FORMATS.map((each) => <option key={each} value={each}>{each || words.recognise}</option>)}
          </select>
        </div>
      </div>
      <p id="document-hint" class="soft small-text">{words.hint}</p>
    </div>
  );
}

function Looked({ shown }: { shown: Preview & { house: Plan } }) {
  const words = h().plans;
  const blocked = (diff.value?.lost.length ?? 0) > 0;
  return (
    <>
      <section class="stack" aria-labelledby="preview">
        <h2 id="preview">{shown.name}</h2>
        <dl class="facts card">
          <div><dt>{words.sections}</dt><dd class="figures">{number(shown.sections)}</dd></div>
          <div><dt>{words.seats}</dt><dd class="figures">{number(shown.seats)}</dd></div>
          <div><dt>{words.places}</dt><dd class="figures">{number(shown.ga_capacity)}</dd></div>
        </dl>
        <div class="versions">
          {before.value && <Drawing house={before.value.house} sold title={words.now(before.value.name)} name={words.picture(before.value.name, number(before.value.house.count))} />}
          <Drawing house={shown.house} spot={spot.value} title={before.value ? words.then : undefined} name={words.picture(shown.name, number(shown.seats))} />
        </div>
      </section>
      <section class="stack tight" aria-labelledby="warnings">
        <h2 id="warnings">{shown.warnings.length ? plural(shown.warnings.length, words.warnings.one, words.warnings.other) : words.noWarnings}</h2>
        {shown.warnings.length > 0 && <ul class="card warnings">{shown.warnings.map((each, at) => <li key={each}>{each} <Places house={shown.house} places={shown.places[at] ?? []} /></li>)}</ul>}
      </section>
      <Comparison />
      {!imported.value && (
        <div class="stack tight">
          {blocked && <Banner tone="bad" title={words.blocked} />}
          <div><button type="button" class="button primary" disabled={busy.value || blocked} onClick={() => void store()}>{words.store}</button></div>
        </div>
      )}
    </>
  );
}

/** The ways from a warning to where it is meant; some are of the document as a whole. */
function Places({ house, places }: { house: Plan; places: readonly string[] }) {
  const words = h().plans;
  const go = (place: string): void => {
    spot.value = spotOf(house, place);
    say(words.shown(place));
  };
  return <>{places.map((each) => <button key={each} type="button" class="button small quiet" aria-label={words.show(each)} onClick={() => go(each)}><bdi>{each}</bdi></button>)}</>;
}

function Comparison() {
  const words = h().plans;
  const told = diff.value;
  return (
    <section class="stack" aria-labelledby="comparison">
      <h2 id="comparison">{words.comparison}</h2>
      <div class="field against">
        <label for="against">{words.against}</label>
        <select id="against" class="select" value={against.value} onChange={(event) => { against.value = event.currentTarget.value; void trying(compare); }}>
          <option value="">{words.nothing}</option>
          {events.value.map((each) => <option key={each.event} value={each.event}>{each.name}</option>)}
        </select>
      </div>
      {told && (
        <div class="stack">
          {told.lost.length > 0 && <Banner tone="bad" title={plural(told.lost.length, words.lost.one, words.lost.other)}><ul class="small-text">{told.lost.slice(0, CHANGES_SHOWN).map((each) => <li key={each}>{each}</li>)}</ul></Banner>}
          <p class="figures">{words.same(number(told.same))}</p>
          <div class="changes">
            <Changes title={words.added} changes={told.added} />
            <Changes title={words.gone} changes={told.gone} />
            <Changes title={words.renamed} changes={told.renamed.map(({ label, after }) => ({ label, after: `→ ${after}` }))} />
            <Changes title={words.changed} changes={told.changed} />
            <Changes title={words.areas} changes={told.areas.map(({ name, before, after }) => ({ label: name, before: number(before), after: number(after) }))} />
          </div>
        </div>
      )}
    </section>
  );
}

function Changes({ title, changes }: { title: string; changes: readonly Change[] }) {
  const more = changes.length - CHANGES_SHOWN;
  return (
    <div class="card">
      <h3>{title} <span class="soft figures">{number(changes.length)}</span></h3>
      <ul class="small-text change-list">
        {changes.slice(0, CHANGES_SHOWN).map((each) => <li key={each.label}><span>{each.label}</span> <span class="soft">{[each.before, each.after].filter(Boolean).join(" → ")}</span></li>)}
        {more > 0 && <li class="soft">{h().plans.more(number(more))}</li>}
      </ul>
    </div>
  );
}

void startHouse(() => <PlansPage />, async () => {
  document.title = h().plans.title;
  await trying(async () => {
    events.value = (await ask<{ data: Listed[] }>("/events?limit=100")).data;
  });
});
