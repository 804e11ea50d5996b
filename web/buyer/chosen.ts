/** Where in the house one is: the section and the row that the list shows and the map looks at. */
import { signal } from "@preact/signals";
import type { Row, Section } from "../map/plan";

export const chosen = signal<Section | null>(null);
export const row = signal<Row | null>(null);
/** Where the map is to look without the list going there: at what best available found. */
export const sight = signal<Section | null>(null);
/** Categories that are looked for; none means all. */
export const wanted = signal<ReadonlySet<number>>(new Set());

export function choose(section: Section | null): void {
  row.value = null;
  chosen.value = section;
}

export function chooseRow(next: Row | null): void {
  row.value = next;
}

export function toggle(category: number): void {
  const next = new Set(wanted.peek());
  if (!next.delete(category)) next.add(category);
  wanted.value = next;
}

export function isWanted(section: Section): boolean {
  return !wanted.value.size || [...section.byCategory.keys()].some((category) => wanted.value.has(category));
}
