/** How the waiting room of an event lets people in, and the hours at which it gathers them and opens by itself. */
import { number } from "../ui/i18n";
import { Refusal } from "../client/errors";
import { act, refusal } from "./calls";
import { busy, doing } from "./doing";
import { readRoom, room, type Room } from "./figures";
import { toField } from "./hours";
import { eventId } from "./house";
import { faultOf, MINUTE_MS, SECOND_MS, settingsOf, type RoomSettings } from "./roomsettings";
import { h } from "./texts";

const MODES = ["random", "fifo", "passthrough", "reject"] as const;
const RATE_MAX = 1_000_000;
const PLACES_MAX = 1_000_000;
const PASS_MAX_MINUTES = 1_440;
const DRAW_MAX_S = 3_600;

export function RoomForm() {
  const shown = room.value;
  if (!shown || shown.phase === "over") return null;
  const words = h().roomForm;
  const submit = (submitted: SubmitEvent): void => {
    submitted.preventDefault();
    const wanted = settingsOf(new FormData(submitted.currentTarget as HTMLFormElement), shown.settings);
    const key = crypto.randomUUID();
    void doing(() => act(`/events/${eventId}/queue/settings`, wanted, { key }).catch((error: unknown) => explain(error, wanted)), words.said).then((well) => (well ? readRoom() : undefined));
  };
  return (
    <section class="card stack" aria-labelledby="room-form">
      <div class="row apart">
        <h2 id="room-form">{words.title}</h2>
        <span class={`state ${shown.phase}`}>{h().controls.phases[shown.phase]}</span>
      </div>
      <form class="stack" onSubmit={submit}>
        <Hours shown={shown} />
        <Pace settings={shown.settings} />
        <div class="field">
          <label for="bypass">{words.bypass}</label>
          <input id="bypass" name="bypass" class="input" autocomplete="off" defaultValue={shown.settings.bypass_channels.join(", ")} aria-describedby="bypass-hint" />
          <p id="bypass-hint" class="soft small-text">{words.bypassHint}</p>
        </div>
        <div><button class="button primary" disabled={busy.value}>{words.save}</button></div>
      </form>
    </section>
  );
}

/** A refusal in the words of the page where it knows why: what the server adds is English. */
function explain(error: unknown, wanted: RoomSettings): never {
  const why = refusal(error);
  const fault = why.code === "invalid" ? faultOf(wanted) : null;
  throw fault ? new Refusal({ ...why, detail: h().roomForm.faults[fault] }) : error;
}

/** When it gathers and opens by itself, and in which order people come in: until it has done so. */
function Hours({ shown: { phase, settings } }: { shown: Room }) {
  const words = h().roomForm;
  const begun = phase !== "closed";
  const opened = begun && phase !== "pre-queue";
  return (
    <div class="fields">
      <div class="field">
        <label for="gathers">{words.gathers}</label>
        <input id="gathers" name="gathers" class="input" type="datetime-local" disabled={begun} defaultValue={toField(settings.gathers_at)} aria-describedby="gathers-hint" />
        <p id="gathers-hint" class="soft small-text">{words.gathersHint}</p>
      </div>
      <div class="field">
        <label for="opens">{words.opens}</label>
        <input id="opens" name="opens" class="input" type="datetime-local" disabled={opened} defaultValue={toField(settings.opens_at)} aria-describedby="opens-hint" />
        <p id="opens-hint" class="soft small-text">{words.opensHint}</p>
      </div>
      <div class="field">
        <label for="mode">{words.mode}</label>
        <select id="mode" name="mode" class="select" disabled={phase === "pre-queue" || phase === "draw"} defaultValue={settings.mode} aria-describedby="mode-hint">
          {MODES.map((each) => <option key={each} value={each} selected={each === settings.mode}>{words.modes[each]}</option>)}
        </select>
        <p id="mode-hint" class="soft small-text">{words.modeHint}</p>
      </div>
    </div>
  );
}

function Pace({ settings }: { settings: RoomSettings }) {
  const words = h().roomForm;
  return (
    <div class="fields counts">
      <Count name="rate" label={words.rate} value={settings.rate_per_minute} from={0} to={RATE_MAX} />
      <Count name="inside" label={words.inside} value={settings.active_max} from={1} to={PLACES_MAX} hint={words.insideHint} />
      <Count name="pass" label={words.pass} value={settings.pass_ttl_ms / MINUTE_MS} from={1} to={PASS_MAX_MINUTES} />
      <Count name="draw" label={words.draw} value={settings.draw_ms / SECOND_MS} from={0} to={DRAW_MAX_S} />
    </div>
  );
}

interface Counting {
  name: string;
  label: string;
  value: number | null;
  from: number;
  to: number;
  hint?: string;
}

/** A number; one without a value may be left out. */
function Count({ name, label, value, from, to, hint }: Counting) {
  return (
    <div class="field">
      <label for={`room-${name}`}>{label}</label>
      <input id={`room-${name}`} name={name} class="input figures" type="number" step="any" min={from} max={to} required={!hint} placeholder={hint} title={`${number(from)} – ${number(to)}`} defaultValue={value ?? ""} />
    </div>
  );
}
