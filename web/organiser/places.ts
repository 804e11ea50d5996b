/** What an organiser does to places by their names, and which places a few words name. */
import type { Plan, Section } from "../map/plan";

export type PlaceAct = "reserve" | "free" | "block" | "unblock" | "off" | "on";
export const PLACE_ACTS: readonly PlaceAct[] = ["reserve", "free", "block", "unblock", "off", "on"];

/** So many names go with one call. */
export const PLACES_MAX = 1_000;

export interface Named {
  places: string[];
  /** Words that name nothing in this house. */
  unknown: string[];
}

/** Sections, rows (`STALLS-A`), seats, tables and areas, parted by commas, blanks between lines or both. */
export function placesOf(house: Plan, words: string): Named {
  const found: Named = { places: [], unknown: [] };
  for (const word of new Set(words.split(/[\n,;]+/).map((each) => each.trim()).filter(Boolean))) {
    const places = named(house, word);
    if (places.length) found.places.push(...places);
    else found.unknown.push(word);
  }
  found.places = [...new Set(found.places)];
  return found;
}

function named(house: Plan, word: string): string[] {
  const section = house.sectionNamed.get(word);
  if (section) return [...soldOf(house, section.first, section.count), ...section.areas.map((area) => area.name)];
  if (house.sections.some((each) => each.areas.some((area) => area.name === word))) return [word];
  const cut = word.lastIndexOf("-");
  const row = house.sectionNamed.get(word.slice(0, cut))?.rows.find((each) => each.label === word.slice(cut + 1));
  if (row) return soldOf(house, row.first, row.seats.length);
  const seat = house.ordinal(word);
  return seat === undefined || house.sold(seat) !== word ? [] : [word];
}

/** The names under which these seats are sold: a table that is sold whole has one. */
function soldOf(house: Plan, first: number, count: number): string[] {
  return [...new Set(Array.from({ length: count }, (_, at) => house.sold(first + at)))];
}

/** Where something is in a drawing: in a section, in these seats of it. */
export interface Spot {
  section: Section;
  seats: readonly number[];
}

/** A section, or a row or table of one (`STALLS-A`). */
export function spotOf(house: Plan, place: string): Spot | null {
  const whole = house.sectionNamed.get(place);
  if (whole) return { section: whole, seats: run(whole.first, whole.count) };
  const cut = place.lastIndexOf("-");
  const section = house.sectionNamed.get(place.slice(0, cut));
  const row = section?.rows.find((each) => each.label === place.slice(cut + 1));
  return section && row ? { section, seats: run(row.first, row.seats.length) } : null;
}

function run(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}

/** The call and what it says. */
export function callOf(act: PlaceAct, places: readonly string[], channel: string): [path: string, body: object] {
  switch (act) {
    case "reserve":
      return ["channels", { objects: places, channel }];
    case "free":
      return ["channels", { objects: places, channel: null }];
    case "block":
    case "unblock":
      return [act, { seats: places }];
    case "off":
    case "on":
      return ["for-sale", { objects: places, for_sale: act === "on" }];
  }
}
