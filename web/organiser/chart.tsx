/**
 * A curve over time as SVG: it takes the page's colours, prints, and weighs one kilobyte where a chart library weighs 23.
 * Curves differ in dashes as well as in colour; what they say stands beside them in words.
 */
import { clock, number } from "../ui/i18n";

export interface Line {
  name: string;
  now: string;
  kind: "solid" | "dashed";
  points: readonly (number | null)[];
}

const WIDE = 600;
const HIGH = 160;
const STEPS = [1, 2, 5];
/** So that the highest point does not run along the upper edge. */
const HEADROOM = 1.1;

/** The smallest round number that is not below. */
export function roundUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
}

/** The way of a pen through points, lifted where nothing is known. */
export function path(points: readonly (number | null)[], top: number, wide = WIDE, high = HIGH): string {
  let down = false;
  return points
    .map((value, at) => {
      if (value === null) {
        down = false;
        return "";
      }
      const x = (at / Math.max(1, points.length - 1)) * wide;
      const y = high - (Math.max(0, value) / top) * high;
      const step = `${down ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
      down = true;
      return step;
    })
    .join("");
}

export function Chart({ title, lines, from, to }: { title: string; lines: readonly Line[]; from: number; to: number }) {
  return (
    <figure class="chart">
      <figcaption class="sr-only">{title}</figcaption>
      <div class="chart-lines">
        {lines.map((line) => <Panel key={line.name} line={line} />)}
      </div>
      <p class="chart-times small-text soft figures"><span>{clock(new Date(from), true)}</span><span>{clock(new Date(to), true)}</span></p>
    </figure>
  );
}

/** Each line has a scale of its own, so it has a picture of its own. */
function Panel({ line }: { line: Line }) {
  const top = roundUp(HEADROOM * Math.max(1, ...line.points.map((each) => each ?? 0)));
  return (
    <div class="chart-panel">
      <p class="chart-name small-text"><svg class={`chart-mark ${line.kind}`} width="26" height="8" aria-hidden="true"><path d="M1 4H25" /></svg><span>{line.name}</span> <strong class="figures">{line.now}</strong></p>
      <div class="chart-box">
        <span class="chart-top small-text soft figures">{number(top)}</span>
        <svg viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true">
          <path class="chart-grid" d={`M0 0H${WIDE}M0 ${HIGH / 2}H${WIDE}M0 ${HIGH}H${WIDE}`} />
          <path class={`chart-line ${line.kind}`} d={path(line.points, top)} />
        </svg>
      </div>
    </div>
  );
}
