/** Counts of sections, live or as they were, and what the map is shaded by. */
import { signal } from "@preact/signals";
import { BLOCKED, FREE, HELD, SOLD } from "../client/seatmap";
import type { Counts } from "../buyer/live";
import type { Plan, Section } from "../map/plan";

export type Layer = "free" | "held" | "sold";
export const LAYERS: readonly Layer[] = ["sold", "held", "free"];
export const layer = signal<Layer>("sold");

export const NONE: Counts = { free: 0, held: 0, sold: 0 };

/** How much of a section is so, of all its seats and places. */
export function shareOf(section: Section, counts: Counts | undefined, which: Layer): number {
  return (counts ?? NONE)[which] / Math.max(1, section.capacity);
}

/** All sections together. */
export function summed(counts: Iterable<Counts>): Counts {
  const sum = { ...NONE };
  for (const { free, held, sold } of counts) {
    sum.free += free;
    sum.held += held;
    sum.sold += sold;
  }
  return sum;
}

const WORDS: Record<number, Layer | "blocked"> = { [FREE]: "free", [HELD]: "held", [SOLD]: "sold", [BLOCKED]: "blocked" };

/** What a seat's status is called. */
export function statusOf(house: Plan, seat: number): Layer | "blocked" | undefined {
  return WORDS[house.status[seat] as number];
}
