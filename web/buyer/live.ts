/** The connection of a page: its state, the counts of all sections, and the seats of those that are looked at. */
import { computed, signal } from "@preact/signals";
import { browserSession } from "../client/browser";
import type { Happening } from "../client/calls";
import type { Message, Problem } from "../client/frames";
import { FREE, mayBeFree, SectionMap } from "../client/seatmap";
import type { State } from "../client/socket";
import type { Plan, Section } from "../map/plan";
import { eventId, loadSale, plan } from "./sale";

/** Houses of so many seats are watched whole; of larger ones the sections that are looked at. */
const WHOLE_HOUSE_SEATS = 4_000;
const WATCHED_MAX = 24;
const LIST_EVERY_MS = 250;

export interface Counts {
  free: number;
  held: number;
  sold: number;
}

export const session = browserSession("holdfast-pages");
export const link = signal<State>({ name: "connecting" });
/** When anything was heard last, for those who look at old news. */
export const heardAt = signal<Date>(new Date());
export const counts = signal<ReadonlyMap<string, Counts>>(new Map());
/** Rises when statuses of watched seats changed, some times a second at most. */
export const changes = signal(0);
export const freeInAll = computed(() => {
  let free = 0;
  for (const each of counts.value.values()) free += each.free;
  return counts.value.size ? free : null;
});

/** Why something that was pressed is asked for again and again, by itself, at the moment. */
export const delayed = signal<Problem | null>(null);

type SeatsChanged = (seats: readonly number[] | null) => void;
const listeners = new Set<SeatsChanged>();
const newsListeners = new Set<(message: Message) => void>();
const maps = new Map<string, SectionMap>();
let watched: ReadonlySet<string> = new Set();
let listTimer = 0;

export function onSeats(listener: SeatsChanged): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Hear of pushes that concern this buyer: holds that end, orders, the queue. */
export function onNews(listener: (message: Message) => void): () => void {
  newsListeners.add(listener);
  return () => newsListeners.delete(listener);
}

export function serverNow(): number {
  return Date.now() + session.skewMs;
}

export async function connect(): Promise<void> {
  session.onState = (state) => {
    const was = link.peek().name;
    if (state.name !== "stale") heardAt.value = new Date();
    link.value = state;
    // What changed about the sale itself while nobody was there to hear is asked for.
    if (state.name === "live" && (was === "reconnecting" || was === "draining")) void loadSale();
  };
  session.onHappening = happened;
  session.core.watching.add({ event: eventId, detail: "counts" });
  await session.start();
}

function happened(happening: Happening): void {
  if (happening.kind === "answered") delayed.value = null;
  if (happening.kind === "denied") delayed.value = happening.repeatable ? happening.problem : null;
  if (happening.kind === "map") mapChanged(happening.section, happening.changed);
  if (happening.kind !== "news") return;
  if (happening.message.t === "sections.delta") countsChanged(happening.message);
  for (const listener of newsListeners) listener(happening.message);
}

function countsChanged(message: Message): void {
  const next = new Map(counts.peek());
  const { u } = message.d as { u: [string, number, number, number][] };
  for (const [name, free, held, sold] of u) next.set(name, { free, held, sold });
  counts.value = next;
  for (const listener of listeners) listener(null);
}

function mapChanged(section: SectionMap, changed: readonly number[] | null): void {
  const its = plan.peek()?.sectionNamed.get(section.channel.slice(eventId.length + 1));
  if (its) for (const listener of listeners) listener((changed ?? everySeat(its)).map((seat) => seat + its.first));
  // A snapshot tells of places without numbers too.
  if (changed === null && its?.areas.length) for (const listener of listeners) listener(null);
  listTimer ||= window.setTimeout(() => {
    listTimer = 0;
    changes.value += 1;
  }, LIST_EVERY_MS);
}

function everySeat(section: Section): number[] {
  return Array.from({ length: section.count }, (_, at) => at);
}

/** Watch the seats of these sections (all of a small house), and no others. */
export function watch(house: Plan, sections: Iterable<Section>): void {
  const small = house.count <= WHOLE_HOUSE_SEATS;
  const wanted = new Set([...(small ? house.sections : sections)].map((each) => each.name).slice(0, WATCHED_MAX));
  const fresh = [...wanted].filter((name) => !watched.has(name));
  const gone = [...watched].filter((name) => !wanted.has(name));
  if (!fresh.length && !gone.length) return;
  watched = wanted;
  const { watching } = session.core;
  if (gone.length) {
    const body = { event: eventId, detail: "seats" as const, sections: gone };
    watching.remove(body, gone.map((name) => mapOf(house, name)));
    session.say({ t: "unsubscribe", d: body });
  }
  if (!wanted.size) return;
  watching.add({ event: eventId, detail: "seats", sections: [...wanted] }, [...wanted].map((name) => mapOf(house, name)));
  if (fresh.length) session.say(watching.request({ event: eventId, detail: "seats", sections: fresh }));
}

function mapOf(house: Plan, name: string): SectionMap {
  let map = maps.get(name);
  if (!map) {
    const section = house.sectionNamed.get(name) as Section;
    const statuses = house.status.subarray(section.first, section.first + section.count);
    const ordinalOf = (label: string): number | undefined => {
      const seat = house.within(section).get(label);
      return seat === undefined ? undefined : seat - section.first;
    };
    map = new SectionMap(`${eventId}/${name}`, statuses, ordinalOf);
    maps.set(name, map);
  }
  return map;
}

/** How many of a section are free: counted where its seats are watched, else as the server counts. */
export function freeOf(section: Section): number | undefined {
  return counts.value.get(section.name)?.free;
}

/** Whether certainly no place of a category is free; of seats that are not watched nothing is certain. */
export function noneOf(house: Plan, category: number): boolean {
  const left = (section: Section): boolean =>
    section.areas.some((area) => area.category === category && freeInArea(section, area.name) !== 0) ||
    everySeat(section).some((at) => house.category[at + section.first] === category && mayBeFree(house.status[at + section.first]));
  return !house.sections.some((each) => each.byCategory.has(category) && freeOf(each) !== 0 && left(each));
}

export function freeInRow(house: Plan, row: { first: number; seats: readonly string[] }): number {
  let free = 0;
  for (let seat = row.first; seat < row.first + row.seats.length; seat += 1) if (house.status[seat] === FREE) free += 1;
  return free;
}

/** Free places of an area: known exactly where its section is watched. */
export function freeInArea(section: Section, area: string): number | undefined {
  const known = maps.get(section.name)?.areas[area];
  if (known !== undefined) return known;
  return section.count === 0 && section.areas.length === 1 ? freeOf(section) : undefined;
}

