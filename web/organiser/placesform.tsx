/** Reserves places for a channel, takes them off the map and puts them back: by their names, a row or a section at once. */
import { signal } from "@preact/signals";
import { plan } from "../buyer/sale";
import type { Plan } from "../map/plan";
import { plural } from "../ui/i18n";
import { Banner } from "../ui/parts";
import { act } from "./calls";
import { confirm } from "./confirm";
import { busy, doing } from "./doing";
import { eventId } from "./house";
import { callOf, PLACE_ACTS, PLACES_MAX, placesOf, type PlaceAct } from "./places";
import { h } from "./texts";

const chosen = signal<PlaceAct>("reserve");
const unknown = signal<readonly string[]>([]);

/** Each call is one that may be repeated, so what a lost answer leaves open is done by doing it again. */
async function change(what: PlaceAct, places: readonly string[], channel: string): Promise<void> {
  for (let at = 0; at < places.length; at += PLACES_MAX) {
    const [path, body] = callOf(what, places.slice(at, at + PLACES_MAX), channel);
    await act(`/events/${eventId}/${path}`, body);
  }
}

function askFor(house: Plan, form: FormData): void {
  const named = placesOf(house, String(form.get("places")));
  unknown.value = named.unknown;
  if (named.unknown.length || !named.places.length) return;
  const what = chosen.peek();
  const channel = String(form.get("channel") ?? "").trim();
  const words = h().placesForm;
  const many = plural(named.places.length, words.places.one, words.places.other);
  const on = (): void => void doing(() => change(what, named.places, channel), words.said(many));
  confirm({ title: words.asked(words.acts[what], many), text: words.texts[what], go: words.acts[what], on });
}

export function PlacesForm() {
  const house = plan.value;
  if (!house) return null;
  const words = h().placesForm;
  const submit = (submitted: SubmitEvent): void => {
    submitted.preventDefault();
    askFor(house, new FormData(submitted.currentTarget as HTMLFormElement));
  };
  const example = [house.count ? house.sold(0) : "", house.sections[0]?.name ?? ""].filter(Boolean).join(", ");
  return (
    <section class="card stack" aria-labelledby="places-form">
      <h2 id="places-form">{words.title}</h2>
      <form class="stack" onSubmit={submit}>
        <div class="fields">
          <div class="field">
            <label for="place-act">{words.what}</label>
            <select id="place-act" class="select" value={chosen.value} onChange={(event) => (chosen.value = event.currentTarget.value as PlaceAct)}>
              {PLACE_ACTS.map((each) => <option key={each} value={each}>{words.acts[each]}</option>)}
            </select>
          </div>
          {chosen.value === "reserve" && (
            <div class="field">
              <label for="channel">{words.channel}</label>
              <input id="channel" name="channel" class="input" required maxLength={200} pattern=".*\S.*" autocomplete="off" aria-describedby="channel-hint" />
              <p id="channel-hint" class="soft small-text">{words.channelHint}</p>
            </div>
          )}
        </div>
        <div class="field">
          <label for="places">{words.which}</label>
          <textarea id="places" name="places" class="input" rows={3} required spellcheck={false} aria-describedby="places-hint" aria-invalid={unknown.value.length > 0} />
          <p id="places-hint" class="soft small-text">{words.hint(example)}</p>
        </div>
        {unknown.value.length > 0 && <Banner tone="bad" title={words.unknown}><ul class="small-text objects">{unknown.value.map((each) => <li key={each}>{each}</li>)}</ul></Banner>}
        <div><button class="button" disabled={busy.value}>{words.acts[chosen.value]}</button></div>
      </form>
    </section>
  );
}
