/** What a new drawing of a house changes: places that are new, gone, or of another category, and what was sold of them. */
import { BLOCKED, FREE, UNKNOWN } from "../client/seatmap";
import type { Plan } from "../map/plan";

export interface Change {
  label: string;
  before?: string;
  after?: string;
}

export interface PlanDiff {
  same: number;
  added: Change[];
  gone: Change[];
  changed: Change[];
  /** Seats that are held or sold and that the new drawing does not have. */
  lost: string[];
  /** Areas whose places became more or fewer. */
  areas: { name: string; before: number; after: number }[];
}

function seatsOf(house: Plan): Map<string, { category: string; status: number }> {
  const seats = new Map<string, { category: string; status: number }>();
  for (const section of house.sections) {
    for (const [label, seat] of house.within(section)) {
      const category = house.categories[house.category[seat] as number]?.label ?? "";
      seats.set(label, { category, status: house.status[seat] as number });
    }
  }
  return seats;
}

function areasOf(house: Plan): Map<string, number> {
  return new Map(house.sections.flatMap((section) => section.areas.map((area) => [area.name, area.capacity])));
}

export function planDiff(before: Plan, after: Plan): PlanDiff {
  const [was, is] = [seatsOf(before), seatsOf(after)];
  const found: PlanDiff = { same: 0, added: [], gone: [], changed: [], lost: [], areas: [] };
  for (const [label, old] of was) {
    const now = is.get(label);
    if (!now) {
      found.gone.push({ label, before: old.category });
      if (![FREE, BLOCKED, UNKNOWN].includes(old.status)) found.lost.push(label);
    } else if (now.category !== old.category) found.changed.push({ label, before: old.category, after: now.category });
    else found.same += 1;
  }
  for (const [label, now] of is) if (!was.has(label)) found.added.push({ label, after: now.category });
  const [oldAreas, newAreas] = [areasOf(before), areasOf(after)];
  for (const name of new Set([...oldAreas.keys(), ...newAreas.keys()])) {
    const [one, other] = [oldAreas.get(name) ?? 0, newAreas.get(name) ?? 0];
    if (one !== other) found.areas.push({ name, before: one, after: other });
  }
  return found;
}
