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
  /** Where a seat stood stands one by another name, `after`. */
  renamed: Change[];
  changed: Change[];
  /** Seats that are held or sold and that the new drawing does not have. */
  lost: string[];
  /** Areas whose places became more or fewer. */
  areas: { name: string; before: number; after: number }[];
}

interface Seat {
  category: string;
  status: number;
  /** Where it stands, in tenths of plan units. */
  place: string;
}

function seatsOf(house: Plan): Map<string, Seat> {
  const seats = new Map<string, Seat>();
  for (const section of house.sections) {
    for (const [label, seat] of house.within(section)) {
      const category = house.categories[house.category[seat] as number]?.label ?? "";
      const place = `${Math.round(house.x[seat] as number)} ${Math.round(house.y[seat] as number)}`;
      seats.set(label, { category, status: house.status[seat] as number, place });
    }
  }
  return seats;
}

function areasOf(house: Plan): Map<string, number> {
  return new Map(house.sections.flatMap((section) => section.areas.map((area) => [area.name, area.capacity])));
}

export function planDiff(before: Plan, after: Plan): PlanDiff {
  const [was, is] = [seatsOf(before), seatsOf(after)];
  const found: PlanDiff = { same: 0, added: [], gone: [], renamed: [], changed: [], lost: [], areas: [] };
  const fresh = new Map([...is].filter(([label]) => !was.has(label)).map(([label, { place }]) => [place, label]));
  for (const [label, old] of was) {
    const now = is.get(label);
    if (!now) {
      const after = fresh.get(old.place);
      if (after === undefined) found.gone.push({ label, before: old.category });
      else found.renamed.push({ label, after });
      // By its old name a seat that was sold is not there any more, wherever it stands.
      if (![FREE, BLOCKED, UNKNOWN].includes(old.status)) found.lost.push(label);
    } else if (now.category !== old.category) found.changed.push({ label, before: old.category, after: now.category });
    else found.same += 1;
  }
  const renamed = new Set(found.renamed.map(({ after }) => after));
  for (const [label, now] of is) if (!was.has(label) && !renamed.has(label)) found.added.push({ label, after: now.category });
  const [oldAreas, newAreas] = [areasOf(before), areasOf(after)];
  for (const name of new Set([...oldAreas.keys(), ...newAreas.keys()])) {
    const [one, other] = [oldAreas.get(name) ?? 0, newAreas.get(name) ?? 0];
    if (one !== other) found.areas.push({ name, before: one, after: other });
  }
  return found;
}
