/** The figures that one looks at first, each with what it means. */
import { clock, money, number } from "../ui/i18n";
import { figures, room, samples, type Figures } from "./figures";
import { moment } from "./past";
import { summed } from "./sections";
import { soldPerMinute } from "./series";
import { h } from "./texts";

/** Figures of more characters than these are written smaller, and smaller still. */
const MIDDLING = 6;
const LONG = 10;
const DAY_MS = 86_400_000;

interface Tile {
  key: string;
  name: string;
  value: string;
  note: string;
}

export function percent(part: number, whole: number): string {
  return `${number(whole ? Math.round((1000 * part) / whole) / 10 : 0)} %`;
}

function tiles(): Tile[] {
  const now = figures.value;
  const words = h().tiles;
  if (!now) return [];
  const counts = moment.value ? summed(moment.value.counts.values()) : now;
  const total = counts.free + counts.held + counts.sold;
  const at = moment.value?.at;
  const share = (part: number): string => (at && !(at instanceof Date) ? words.ofPart(percent(part, total), at.section) : words.ofAll(percent(part, total)));
  const shares: Tile[] = [
    { key: "sold", name: words.sold, value: number(counts.sold), note: share(counts.sold) },
    { key: "held", name: words.held, value: number(counts.held), note: share(counts.held) },
    { key: "free", name: words.free, value: number(counts.free), note: share(counts.free) },
  ];
  // Money and rates are told of now alone: of the past only the map is replayed.
  if (moment.value) return shares;
  const rate = soldPerMinute(samples.value, Date.parse(now.as_of));
  return [
    ...shares,
    { key: "revenue", name: words.revenue, value: money(now.revenue), note: words.orders(number(now.orders)) },
    { key: "rate", name: words.rate, value: rate === null ? "–" : number(Math.round(rate)), note: words.perMinute },
    { key: "forecast", name: words.forecast, value: soldOutAt(now), note: words.atRate(number(Math.round(now.forecast.places_per_minute))) },
    ...(room.value ? [{ key: "waiting", name: words.waiting, value: number(room.value.waiting), note: words.inside(number(room.value.active)) }] : []),
  ];
}

function size(characters: number): string {
  if (characters > LONG) return "long";
  return characters > MIDDLING ? "middling" : "";
}

/** When nothing is left if it goes on as in the last minutes. */
function soldOutAt(now: Figures): string {
  const words = h().tiles;
  if (now.free + now.held === 0 && now.sold > 0) return words.soldOut;
  const at = now.forecast.sells_out_at;
  if (at === null) return words.notInSight;
  const left = Date.parse(at) - Date.parse(now.as_of);
  return left < DAY_MS ? clock(new Date(at)) : words.days(number(Math.round(left / DAY_MS)));
}

export function Tiles() {
  const shown = tiles();
  const now = figures.value;
  return (
    <section class="tiles-box" aria-label={h().tiles.name}>
      <dl class="tiles">
        {shown.map((tile) => (
          <div key={tile.key} class={`tile ${tile.key}`} data-figure={tile.key}>
            <dt>{tile.name}</dt>
            <dd class={`tile-value figures ${size(tile.value.length)}`}>{tile.value}</dd>
            <dd class="tile-note soft small-text figures">{tile.note}</dd>
          </div>
        ))}
      </dl>
      {now && !moment.value && <p class="as-of small-text soft figures">{h().tiles.asOf(clock(new Date(now.as_of), true))}</p>}
    </section>
  );
}
