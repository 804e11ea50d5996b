/** What the figures were over the last while: one sample a second at most, thinned out as they get older. */
import type { MinuteReply } from "../client/wire";

export interface Sample {
  atMs: number;
  sold: number;
  held: number;
}

/** What came in a minute, `at` its beginning. */
export type Flow = Pick<MinuteReply, "at" | "holds" | "places_held" | "sold" | "refused">;

export type Window = "minutes" | "hour" | "day";
const LIVE_MS = 120_000;

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
  sold: (number | null)[];
  held: (number | null)[];
}

/** The last two minutes, at even distances: the rate of sales, and how many places are held. */
export function liveCurve(samples: readonly Sample[]): Curve | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || first.atMs === last.atMs) return null;
  const fromMs = Math.max(first.atMs, last.atMs - LIVE_MS);
  const times = Array.from({ length: POINTS }, (_, index) => fromMs + ((last.atMs - fromMs) * index) / (POINTS - 1));
  return {
    fromMs,
    toMs: last.atMs,
    sold: times.map((ms) => soldPerMinute(samples, ms)),
    held: times.map((ms) => at(samples, ms)?.held ?? null),
  };
}

/** Whole minutes up to `nowMs`, those on which nothing came too: places sold and places held in each. */
export function flowCurve(flows: readonly Flow[], minutes: number, nowMs: number): Curve {
  const toMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const first = flows[0] ? Date.parse(flows[0].at) : toMs;
  const fromMs = Math.max(toMs - minutes * MINUTE_MS, Math.min(first, toMs - 2 * MINUTE_MS));
  const known = new Map(flows.map((flow) => [Date.parse(flow.at), flow]));
  const count = Math.max(1, Math.round((toMs - fromMs) / MINUTE_MS));
  const minutesOf = Array.from({ length: count }, (_, index) => known.get(fromMs + index * MINUTE_MS));
  return { fromMs, toMs, sold: minutesOf.map((flow) => flow?.sold ?? 0), held: minutesOf.map((flow) => flow?.places_held ?? 0) };
}
