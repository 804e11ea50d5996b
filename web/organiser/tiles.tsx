/** The figures that one looks at first, each with what it means. */
import { clock, money, number } from "../ui/i18n";
import { figures, room, samples } from "./figures";
import { moment } from "./past";
import { summed } from "./sections";
import { soldPerMinute } from "./series";
import { h } from "./texts";

/** Figures of so many characters are written smaller. */
const LONG = 6;

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
    ...(room.value ? [{ key: "waiting", name: words.waiting, value: number(room.value.waiting), note: words.inside(number(room.value.active)) }] : []),
  ];
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
            <dd class={`tile-value figures ${tile.value.length > LONG ? "long" : ""}`}>{tile.value}</dd>
            <dd class="tile-note soft small-text figures">{tile.note}</dd>
          </div>
        ))}
      </dl>
      {now && !moment.value && <p class="as-of small-text soft figures">{h().tiles.asOf(clock(new Date(now.as_of), true))}</p>}
    </section>
  );
}
