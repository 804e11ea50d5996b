/** The house's events, and a new one on a plan that was imported. */
import { signal } from "@preact/signals";
import type { Sale } from "../buyer/sale";
import type { Problem } from "../client/frames";
import { moment, number, t } from "../ui/i18n";
import { newest } from "../ui/newest";
import { act, ask, refusal } from "./calls";
import { Head, startHouse, Trouble } from "./house";
import { h } from "./texts";

interface Page {
  data: Sale[];
  next: string | null;
}

/** The plan that the address names: one comes here from its import. */
const asked = new URLSearchParams(location.search).get("plan") ?? "";
const events = signal<readonly Sale[] | null>(null);
/** The plan that is named in the form, where there is such a one. */
const named = signal<{ name: string; seats: number; ga_capacity: number } | null>(null);
const next = signal<string | null>(null);
const wrong = signal<Problem | null>(null);
const busy = signal(false);

async function trying(what: () => Promise<void>): Promise<void> {
  busy.value = true;
  try {
    await what();
    wrong.value = null;
  } catch (error) {
    wrong.value = refusal(error);
  } finally {
    busy.value = false;
  }
}

async function read(more = false): Promise<void> {
  const query = new URLSearchParams({ limit: "50" });
  if (more && next.peek()) query.set("after", next.peek() ?? "");
  const page = await ask<Page>(`/events?${query}`);
  events.value = [...(more ? (events.peek() ?? []) : []), ...page.data];
  next.value = page.next;
}

const planAsked = newest();

async function lookAtPlan(plan: string): Promise<void> {
  const isNews = planAsked();
  named.value = null;
  if (!plan) return void isNews();
  await trying(async () => {
    const told = await ask<{ name: string; seats: number; ga_capacity: number }>(`/plans/${encodeURIComponent(plan)}`);
    if (isNews()) named.value = told;
  });
}

async function make(form: FormData): Promise<void> {
  const mode = form.get("test") ? "test" : "live";
  const body = { name: String(form.get("name")).trim(), plan: String(form.get("plan")).trim(), currency: String(form.get("currency")), mode, ...(form.get("queued") ? { queue: {} } : {}) };
  const { event } = await act<Sale>("/events", body);
  location.assign(`/board/${event}/sale`);
  // Until the next page is there nobody makes another one; whoever comes back here may.
  await new Promise((back) => addEventListener("pageshow", back, { once: true }));
}

function EventsPage() {
  const words = h().events;
  return (
    <>
      <Head title={words.title} at="events" />
      <main class="house-main">
        <Trouble why={wrong.value} />
        <NewEvent />
        <section class="stack" aria-labelledby="events">
          <h2 id="events">{words.all}</h2>
          {events.value?.length === 0 && <div class="card empty"><p>{words.none}</p><a class="button primary" href="/plans">{words.begin}</a></div>}
          <ul class="stack tight">{events.value?.map((each) => <Line key={each.event} event={each} />)}</ul>
          {next.value && <div><button type="button" class="button" disabled={busy.value} onClick={() => void trying(() => read(true))}>{words.more}</button></div>}
        </section>
      </main>
    </>
  );
}

function Line({ event }: { event: Sale }) {
  const when = event.starts_at ? moment(new Date(event.starts_at), event.zone ?? event.venue?.zone) : "";
  const places = event.sections.reduce((sum, each) => sum + each.seats + each.ga_capacity, 0);
  return (
    <li class="card row apart">
      <div>
        <h3><a href={`/board/${event.event}`}>{event.name}</a></h3>
        <p class="soft small-text">{[when, h().events.places(number(places)), event.mode === "test" ? h().events.rehearsal : ""].filter(Boolean).join(" · ")}</p>
      </div>
      <span class={`state ${event.status}`}>{t().sale[event.status]}</span>
    </li>
  );
}

function NewEvent() {
  const words = h().events;
  const told = named.value;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    void trying(() => make(form));
  };
  return (
    <details class="card" open={asked !== ""}>
      <summary>{words.create}</summary>
      <form class="stack" onSubmit={submit}>
        <div class="field"><label for="name">{words.name}</label><input id="name" name="name" class="input" required maxLength={200} /></div>
        <div class="field">
          <label for="plan">{words.plan}</label>
          <input id="plan" name="plan" class="input" required defaultValue={asked} spellcheck={false} aria-describedby="plan-hint" onChange={(event) => void lookAtPlan(event.currentTarget.value.trim())} />
          <p id="plan-hint" class="soft small-text">{told ? `${told.name}, ${words.places(number(told.seats + told.ga_capacity))}` : <>{words.planHint} <a href="/plans">{h().ways.plans}</a></>}</p>
        </div>
        <div class="field"><label for="currency">{words.currency}</label><input id="currency" name="currency" class="input short" required pattern="[A-Z]{3}" defaultValue="EUR" /></div>
        <label class="check"><input type="checkbox" name="queued" />{words.queued}</label>
        <label class="check"><input type="checkbox" name="test" />{words.test}</label>
        <div><button class="button primary" disabled={busy.value}>{words.make}</button></div>
      </form>
    </details>
  );
}

void startHouse(() => <EventsPage />, async () => {
  document.title = h().events.title;
  await trying(() => read());
  if (!wrong.peek()) await lookAtPlan(asked);
});
