/** The map as it was: replayed by the server from the journal, at a time or after a record of one section. */
import { computed, signal } from "@preact/signals";
import { unpackStatuses } from "../client/seatmap";
import type { Counts } from "../buyer/live";
import { Plan, type Columns } from "../map/plan";
import { ask, refusal } from "./calls";
import { eventId, trouble } from "./house";

interface Was {
  ep: string;
  seq: number;
  status: string;
  areas: Record<string, number>;
  free: number;
  held: number;
  sold: number;
}

export interface Moment {
  /** Of the whole house at a time, or of one section after a record. */
  at: Date | { section: string; seq: number };
  counts: ReadonlyMap<string, Counts>;
}

/** What is looked at instead of now; null for the live house. */
export const moment = signal<Moment | null>(null);
export const past = signal<Plan | null>(null);
export const replaying = computed(() => moment.value !== null);
export const reading = signal(false);
let asked = 0;

export function backToNow(): void {
  asked += 1;
  reading.value = false;
  moment.value = null;
}

/** Look at the house as it was; a later wish overtakes an earlier one that is still on its way. */
export async function goBack(at: Moment["at"]): Promise<void> {
  asked += 1;
  const mine = asked;
  reading.value = true;
  try {
    const house = past.peek() ?? (await copyOfHouse());
    const told = await ask<{ sections: Record<string, Was> }>(`/events/${eventId}/seats?${query(at)}`);
    if (mine !== asked) return;
    past.value = house;
    house.status.fill(15);
    moment.value = { at, counts: fill(house, told.sections) };
    trouble.value = null;
  } catch (error) {
    if (mine === asked) trouble.value = refusal(error);
  } finally {
    if (mine === asked) reading.value = false;
  }
}

function query(at: Moment["at"]): string {
  if (at instanceof Date) return `as_of=${encodeURIComponent(at.toISOString())}`;
  return `section=${encodeURIComponent(at.section)}&as_of_seq=${at.seq}`;
}

async function copyOfHouse(): Promise<Plan> {
  return new Plan(await ask<Columns>(`/events/${eventId}/plan?layout=columns`));
}

function fill(house: Plan, sections: Record<string, Was>): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const [name, was] of Object.entries(sections)) {
    const section = house.sectionNamed.get(name);
    if (!section) continue;
    unpackStatuses(was.status, house.status.subarray(section.first, section.first + section.count));
    counts.set(name, { free: was.free, held: was.held, sold: was.sold });
  }
  return counts;
}
