/** What the figures were over the last while: one sample a second at most, thinned out as they get older. */

export interface Sample {
  atMs: number;
  sold: number;
  held: number;
}

export type Window = "minutes" | "hour" | "all";
export const WINDOW_MS: Readonly<Record<Window, number>> = { minutes: 120_000, hour: 3_600_000, all: Infinity };

const SAMPLES_MAX = 1_200;
const MINUTE_MS = 60_000;
const POINTS = 120;

/** Add a sample. When there are too many every second one of the older half goes. */
export function added(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  if (last && sample.atMs <= last.atMs) return samples as Sample[];
  const next = [...samples, sample];
  if (next.length <= SAMPLES_MAX) return next;
  const half = next.length >> 1;
  return [...next.slice(0, half).filter((_, at) => at % 2 === 0), ...next.slice(half)];
}

/** The newest sample at or before a time; the oldest one if all are younger. */
export function at(samples: readonly Sample[], ms: number): Sample | undefined {
  let low = 0;
  let high = samples.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((samples[middle] as Sample).atMs <= ms) low = middle;
    else high = middle - 1;
  }
  return samples[low];
}

/** Seats sold a minute over the minute before `ms`, or over as much of it as is known; negative when more were given back. */
export function soldPerMinute(samples: readonly Sample[], ms: number): number | null {
  const now = at(samples, ms);
  const before = at(samples, ms - MINUTE_MS);
  if (!now || !before || now.atMs === before.atMs) return null;
  return ((now.sold - before.sold) / (now.atMs - before.atMs)) * MINUTE_MS;
}

export interface Curve {
  fromMs: number;
  toMs: number;
  rate: (number | null)[];
  held: (number | null)[];
}

/** Points at even distances over a window, ready to be drawn. */
export function curve(samples: readonly Sample[], window: Window): Curve | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || first.atMs === last.atMs) return null;
  const fromMs = Math.max(first.atMs, last.atMs - WINDOW_MS[window]);
  const times = Array.from({ length: POINTS }, (_, index) => fromMs + ((last.atMs - fromMs) * index) / (POINTS - 1));
  return {
    fromMs,
    toMs: last.atMs,
    rate: times.map((ms) => soldPerMinute(samples, ms)),
    held: times.map((ms) => at(samples, ms)?.held ?? null),
  };
}
