/** How the sale goes: over time, step by step, what was refused, and category by category. */
import { signal } from "@preact/signals";
import { plan, sale } from "../buyer/sale";
import { number, plural } from "../ui/i18n";
import { Bars } from "./bars";
import { Chart } from "./chart";
import { figures, flows, samples, tallies } from "./figures";
import { mostRefused } from "./refusals";
import { flowCurve, liveCurve, soldPerMinute, type Window } from "./series";
import { h } from "./texts";
import { percent } from "./tiles";

const window_ = signal<Window>("minutes");
const WINDOWS: readonly Window[] = ["minutes", "hour", "day"];
const WINDOW_MINUTES = { hour: 60, day: 1_440 };
const REFUSALS_SHOWN = 6;

export function Rates() {
  const words = h().board;
  const now = figures.value;
  const which = window_.value;
  const drawn = which === "minutes" ? liveCurve(samples.value) : now && flowCurve(flows.value, WINDOW_MINUTES[which], Date.parse(now.as_of));
  const rate = now ? soldPerMinute(samples.value, Date.parse(now.as_of)) : null;
  const held = which === "minutes" ? now?.held : now?.minutes.at(-1)?.places_held;
  return (
    <section class="card board-rates" aria-labelledby="rates-title">
      <div class="row apart">
        <h2 id="rates-title">{words.rates}</h2>
        <fieldset class="choices">
          <legend class="sr-only">{words.window}</legend>
          {WINDOWS.map((each) => (
            <label key={each} class="choice-pill">
              <input type="radio" name="window" checked={which === each} onChange={() => (window_.value = each)} />
              <span>{words.windows[each]}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {drawn ? (
        <Chart title={words.rates} from={drawn.fromMs} to={drawn.toMs} lines={[
          { name: words.soldRate, now: rate === null ? "–" : number(Math.round(rate)), kind: "solid", points: drawn.sold },
          { name: which === "minutes" ? words.heldNow : words.heldRate, now: number(held ?? 0), kind: "dashed", points: drawn.held },
        ]} />
      ) : <p class="soft" aria-busy="true">{words.gathering}</p>}
    </section>
  );
}

/** From the queue to the paid order: how many came so far, and how many went no further. */
export function Funnel() {
  const words = h().board;
  const steps = figures.value?.funnel.filter((each) => sale.value?.queued || (each.step !== "queued" && each.step !== "admitted")) ?? [];
  const bars = steps.map((each) => ({
    key: each.step,
    name: words.steps[each.step],
    value: each.count,
    note: each.lost ? words.lost(number(each.lost), reasonsOf(each.reasons)) : "",
  }));
  return (
    <section class="card board-funnel" aria-labelledby="funnel-title">
      <h2 id="funnel-title">{words.funnel}</h2>
      <Bars bars={bars} />
      <Behind />
    </section>
  );
}

function reasonsOf(reasons: Record<string, number>): string {
  return Object.entries(reasons).map(([reason, count]) => `${number(count)} ${h().board.reasons[reason] ?? reason}`).join(", ");
}

export function Refusals() {
  const words = h().board;
  const told = figures.value ? mostRefused(figures.value.refusals, figures.value.turned_away) : [];
  const bars = told.slice(0, REFUSALS_SHOWN).map(([code, value]) => ({ key: code, name: words.refusalNames[code] ?? code, value }));
  return (
    <section class="card board-refusals" aria-labelledby="refusals-title">
      <h2 id="refusals-title">{words.refusals}</h2>
      {bars.length ? <Bars bars={bars} /> : <p class="soft">{words.noRefusals}</p>}
      <Behind />
    </section>
  );
}

/** Said where figures are counted a little later than the seats are sold. */
function Behind() {
  const behind = figures.value?.behind ?? 0;
  return behind ? <p class="soft small-text figures behind">{plural(behind, h().board.behind.one, h().board.behind.other)}</p> : null;
}

export function Categories() {
  const house = plan.value;
  if (!tallies.value.length || !house) return null;
  const bars = tallies.value.map((tally) => {
    const all = tally.free + tally.held + tally.sold;
    const name = house.categories.find((each) => each.key === tally.key)?.label ?? tally.key;
    return { key: tally.key, name, value: tally.sold, note: h().board.ofAll(number(all), percent(tally.sold, all)), of: all };
  });
  return (
    <section class="card board-categories" aria-labelledby="categories-title">
      <h2 id="categories-title">{h().board.byCategory}</h2>
      <Bars bars={bars} />
    </section>
  );
}
