/** What happened to a seat: who held, bought or lost it, when and why. "Why did I lose this seat?" is answered here. */
import "./seats.css";
import { signal } from "@preact/signals";
import { seatName } from "../buyer/names";
import { failed, loadPlan, plan, sale } from "../buyer/sale";
import { LoadFailed } from "../buyer/states";
import type { Money, Problem } from "../client/frames";
import { clock, money, number, stamp } from "../ui/i18n";
import { say } from "../ui/parts";
import { ask, refusal } from "./calls";
import { eventId, Head, loadEvent, Missing, startHouse, Trouble, Waiting } from "./house";
import { h } from "./texts";

interface Line {
  seq: number;
  at: string;
  what: string;
  by?: string;
  owner?: string;
  hold?: string;
  order?: string;
  type?: string;
  price?: Money;
  until?: string;
  channel?: string;
  cause?: { section: string; seq: number };
  why?: string;
}

interface Biography {
  section: string;
  seat: string;
  data: Line[];
  next: string | null;
}

const label = signal(new URLSearchParams(location.search).get("seat") ?? "");
const shown = signal<Biography | null>(null);
const wrong = signal<Problem | null>(null);
const busy = signal(false);

async function read(more = false): Promise<void> {
  const seat = label.value.trim();
  if (!seat || busy.peek()) return;
  busy.value = true;
  try {
    const query = new URLSearchParams({ seat });
    const before = more ? shown.peek() : null;
    if (before?.next) query.set("after", before.next);
    const page = await ask<Biography>(`/events/${eventId}/audit?${query}`);
    shown.value = { ...page, data: [...(before?.data ?? []), ...page.data] };
    wrong.value = null;
    history.replaceState(null, "", `?seat=${encodeURIComponent(seat)}`);
    say(h().seats.found(number(shown.value.data.length)));
  } catch (error) {
    wrong.value = refusal(error);
    shown.value = null;
  } finally {
    busy.value = false;
  }
}

function SeatsPage() {
  if (sale.value === null) return <Missing />;
  if (failed.value) return <LoadFailed />;
  if (!sale.value) return <Waiting />;
  const words = h().seats;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void read();
  };
  return (
    <>
      <Head title={sale.value.name} at="seats" event />
      <main class="house-main narrow">
        <form class="card stack" onSubmit={submit}>
          <div class="seat-form">
            <div class="field grow">
              <label for="seat">{words.seat}</label>
              <input id="seat" class="input" list="sections" required value={label.value} autocomplete="off" spellcheck={false} aria-describedby="seat-hint" onInput={(event) => (label.value = event.currentTarget.value)} />
              <datalist id="sections">{plan.value?.sections.map((each) => <option key={each.name} value={`${each.name}-`} />)}</datalist>
            </div>
            <button class="button primary" disabled={busy.value}>{words.read}</button>
          </div>
          <p id="seat-hint" class="soft small-text">{words.hint(example())}</p>
        </form>
        <Trouble why={wrong.value} />
        {shown.value && <Story told={shown.value} />}
      </main>
    </>
  );
}

/** A seat of this very house. */
function example(): string {
  const house = plan.value;
  return house?.count ? house.sold(0) : "";
}

function Story({ told }: { told: Biography }) {
  const words = h().seats;
  return (
    <section class="stack" aria-labelledby="story">
      <h2 id="story">{seatName(told.seat)}</h2>
      {told.data.length === 0 && !told.next && <p class="soft">{words.nothing}</p>}
      <ol class="story">{told.data.map((line) => <Entry key={line.seq} line={line} section={told.section} />)}</ol>
      {told.next && <div><button type="button" class="button" disabled={busy.value} onClick={() => void read(true)}>{words.more}</button></div>}
    </section>
  );
}

function Entry({ line, section }: { line: Line; section: string }) {
  const words = h().seats;
  const facts: [string, string | undefined][] = [
    [words.by, line.by ?? words.itself],
    [words.owner, line.owner === line.by ? undefined : line.owner],
    [words.hold, line.hold],
    [words.order, line.order],
    [words.price, line.price && `${money(line.price)}${line.type ? ` (${line.type})` : ""}`],
    [words.until, line.until && clock(new Date(line.until), true)],
    [words.channel, line.channel],
    [words.cause, line.cause && words.record(line.cause.section, number(line.cause.seq))],
  ];
  const then = `/board/${eventId}?section=${encodeURIComponent(section)}&seq=${line.seq}`;
  return (
    <li class={`entry ${line.why ? "lost" : ""}`}>
      <p class="entry-head"><strong>{words.what[line.what] ?? line.what}</strong> <time class="soft figures" dateTime={line.at}>{stamp(new Date(line.at))}</time></p>
      {line.why && <p class="entry-why">{words.why[line.what] ?? line.why}</p>}
      <dl class="entry-facts small-text">
        {facts.map(([name, value]) => value && <div key={name}><dt class="soft">{name}</dt><dd>{value}</dd></div>)}
      </dl>
      <a class="small-text" href={then}>{words.then(number(line.seq))}</a>
    </li>
  );
}

void startHouse(() => <SeatsPage />, async () => {
  await Promise.all([loadEvent(), loadPlan()]);
  if (!sale.value) return;
  document.title = h().seats.title(sale.value.name);
  await read();
});
