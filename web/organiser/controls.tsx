/** What an organiser does to a sale that goes on: pause, resume, open, close, and the waiting room's admission. */
import { signal } from "@preact/signals";
import { sale, type Sale } from "../buyer/sale";
import { number, plural, t } from "../ui/i18n";
import { Paused } from "../ui/paused";
import { act } from "./calls";
import { confirm, type Question } from "./confirm";
import { busy, doing } from "./doing";
import { readRoom, room, type Room } from "./figures";
import { eventId, loadEvent } from "./house";
import type { RoomSettings } from "./roomsettings";
import { h } from "./texts";

type SaleStep = "publish" | "open" | "pause" | "resume" | "close";
type RoomStep = "gather" | "open" | "pause" | "resume" | "end";

const STEPS: Readonly<Record<Sale["status"], readonly SaleStep[]>> = {
  draft: ["publish", "open"],
  published: ["open", "close"],
  open: ["pause", "close"],
  paused: ["resume", "close"],
  closed: [],
};
const ROOM_STEPS: Readonly<Record<Room["phase"], readonly RoomStep[]>> = {
  closed: ["gather", "open"],
  "pre-queue": ["open"],
  draw: [],
  open: ["pause", "end"],
  paused: ["resume", "end"],
  over: [],
};
const ADMIT_MAX = 1_000;
const RATE_MAX = 6_000;
const REASON_CHARS_MAX = 200;

/** Do it once, say what became of it, and show how things stand then. */
async function done(what: () => Promise<unknown>, said: string): Promise<void> {
  await doing(what, said);
  await Promise.allSettled([loadEvent(), readRoom()]);
}

function askStep(step: SaleStep, name: string): void {
  const words = h().controls.steps[step];
  const on = (reason: string): void => void done(() => act(`/events/${eventId}/${step}`, told(reason)), words.said);
  confirm({ title: words.title, text: words.text, go: words.go, on, ...(step === "pause" && why()), ...(step === "close" && { word: name }) });
}

function askRoomStep(step: RoomStep): void {
  const words = h().controls.roomSteps[step];
  const key = crypto.randomUUID();
  const on = (reason: string): void => void done(() => act(`/events/${eventId}/queue/${step}`, told(reason), { key }), words.said);
  confirm({ title: words.title, text: words.text, go: words.go, on, ...(step === "pause" && why()), ...(step === "end" && { word: words.word }) });
}

/** Everybody sees what is written there; nothing need be. */
function why(): Pick<Question, "telling"> {
  const { reason, reasonHint } = h().controls;
  return { telling: { label: reason, hint: reasonHint, charsMax: REASON_CHARS_MAX } };
}

function told(reason: string): { reason?: string } {
  return reason ? { reason } : {};
}

export function SaleControls() {
  const shown = sale.value;
  if (!shown) return null;
  const words = h().controls;
  return (
    <section class="card stack" aria-labelledby="sale-controls">
      <div class="row apart">
        <h2 id="sale-controls">{words.sale}</h2>
        <span class={`state ${shown.status}`}>{t().sale[shown.status]}</span>
      </div>
      {shown.pause && <p class="soft"><Paused {...shown.pause} /></p>}
      <div class="row steps">
        {STEPS[shown.status].map((step) => (
          <button key={step} type="button" class={`button ${step === "close" ? "quiet" : "primary"}`} disabled={busy.value} onClick={() => askStep(step, shown.name)}>
            {words.steps[step].go}
          </button>
        ))}
      </div>
    </section>
  );
}

export function RoomControls() {
  const shown = room.value;
  if (!shown) return null;
  const words = h().controls;
  return (
    <section class="card stack" aria-labelledby="room-controls">
      <div class="row apart">
        <h2 id="room-controls">{words.room}</h2>
        <span class={`state ${shown.phase}`}>{words.phases[shown.phase]}</span>
      </div>
      {shown.since && <p class="soft"><Paused since={shown.since} reason={shown.reason} /></p>}
      <dl class="facts">
        <div><dt>{words.waiting}</dt><dd class="figures">{number(shown.waiting)}</dd></div>
        <div><dt>{words.inside}</dt><dd class="figures">{number(shown.active)}</dd></div>
        <div><dt>{words.rateNow}</dt><dd class="figures">{number(Math.round(shown.admitted_per_minute))}</dd></div>
      </dl>
      {shown.phase !== "over" && <RateForm settings={shown.settings} />}
      {(shown.phase === "open" || shown.phase === "paused") && <AdmitForm />}
      <div class="row steps">
        {ROOM_STEPS[shown.phase].map((step) => (
          <button key={step} type="button" class={`button ${step === "end" ? "quiet" : ""}`} disabled={busy.value} onClick={() => askRoomStep(step)}>
            {words.roomSteps[step].go}
          </button>
        ))}
      </div>
    </section>
  );
}

/** How many are let in a minute: a slider for the hand, the same number to be typed. */
function RateForm({ settings }: { settings: RoomSettings }) {
  const words = h().controls;
  const rate = wanted.value ?? settings.rate_per_minute;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const changed = { ...settings, rate_per_minute: rate };
    const key = crypto.randomUUID();
    void done(() => act(`/events/${eventId}/queue/settings`, changed, { key }), words.rateSaid(number(rate))).then(() => wanted.peek() === rate && (wanted.value = null));
  };
  const set = (text: string): void => {
    wanted.value = Math.min(RATE_MAX, Math.max(0, Math.round(Number(text) || 0)));
  };
  return (
    <form class="stack tight" onSubmit={submit}>
      <div class="field">
        <label for="rate">{words.rate}</label>
        <div class="row nowrap">
          <input class="grow" type="range" min={0} max={Math.max(1_200, settings.rate_per_minute)} step={10} value={rate} aria-label={words.rate} onInput={(event) => set(event.currentTarget.value)} />
          <input id="rate" class="input short figures" type="number" min={0} max={RATE_MAX} value={rate} onInput={(event) => set(event.currentTarget.value)} />
        </div>
      </div>
      <button class="button small" disabled={busy.value || rate === settings.rate_per_minute}>{words.setRate}</button>
    </form>
  );
}

const wanted = signal<number | null>(null);
const count = signal(10);

function AdmitForm() {
  const words = h().controls;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const many = plural(count.value, words.people.one, words.people.other);
    const key = crypto.randomUUID();
    const on = (): void => void done(() => act(`/events/${eventId}/queue/admit`, { count: count.value }, { key }), words.admitSaid(many));
    confirm({ title: words.admitTitle(many), text: words.admitText, go: words.admit, on });
  };
  return (
    <form class="row" onSubmit={submit}>
      <div class="field">
        <label for="admit">{words.admitHow}</label>
        <input id="admit" class="input short figures" type="number" min={1} max={ADMIT_MAX} required value={count.value} onInput={(event) => (count.value = Number(event.currentTarget.value))} />
      </div>
      <button class="button end" disabled={busy.value}>{words.admit}</button>
    </form>
  );
}
