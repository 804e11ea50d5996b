/** What is worth a line of its own: found by comparing two looks at the sale, and kept for a while. */
import { signal } from "@preact/signals";
import type { Counts } from "../buyer/live";

export type Act =
  | { kind: "status"; status: string }
  | { kind: "room"; phase: string }
  | { kind: "section-sold-out"; section: string }
  | { kind: "section-back"; section: string }
  | { kind: "share"; percent: number }
  | { kind: "given-back"; places: number }
  | { kind: "degraded"; part: string }
  | { kind: "well" };

export interface Noted {
  id: number;
  at: Date;
  act: Act;
}

const KEPT_MAX = 50;
const SHARES = [10, 25, 50, 75, 90, 100];
/** So many holds that end within a second are news; a single one is not. */
const WAVE_MIN = 20;

/** What one looked at: the house, and each of its sections. */
export interface Look extends Counts {
  sections: ReadonlyMap<string, Counts>;
}

export const acts = signal<readonly Noted[]>([]);
let numbers = 0;

export function note(act: Act, at: Date): void {
  numbers += 1;
  acts.value = [{ id: numbers, at, act }, ...acts.peek()].slice(0, KEPT_MAX);
}

/** What happened between two looks at the sale. */
export function between(before: Look, now: Look): Act[] {
  const found: Act[] = [];
  const total = now.free + now.held + now.sold;
  for (const percent of SHARES) {
    const line = (total * percent) / 100;
    if (total && before.sold < line && now.sold >= line) found.push({ kind: "share", percent });
  }
  for (const [section, tally] of now.sections) {
    const was = before.sections.get(section);
    if (!was) continue;
    if (was.free > 0 && tally.free === 0) found.push({ kind: "section-sold-out", section });
    if (was.free === 0 && tally.free > 0) found.push({ kind: "section-back", section });
  }
  const back = before.held - now.held - Math.max(0, now.sold - before.sold);
  if (back >= WAVE_MIN) found.push({ kind: "given-back", places: back });
  return found;
}
