/** Houses for tests, in columns as the server sends them. */
import type { Columns } from "../map/plan";

/** `sections` blocks of `rows` rows of `seats` seats in a line, a table of four sold whole, and a field. */
export function house(sections = 2, rows = 3, seats = 5): Columns {
  const blocks = Array.from({ length: sections }, (_, at) => ({
    name: `S-${at}`,
    rows: Array.from({ length: rows }, (_row, down) => ({
      n: String.fromCharCode(65 + down),
      s: Array.from({ length: seats }, (_seat, across) => String(across + 1)),
      c: at % 2 ? Array.from({ length: seats }, (_seat, across) => across % 2) : 0,
      x: Array.from({ length: seats }, (_seat, across) => (across ? 50 : at * 1000)),
      y: Array.from({ length: seats }, (_seat, across) => (across ? 0 : 100 + 60 * down)),
      ...(down === 0 && { a: { "1": ["wheelchair"] } }),
    })),
    ...(at === 0 && { tables: [{ n: "T", s: ["1", "2", "3", "4"], c: 1, x: [0, 40, 0, -40], y: [600, 0, 40, 0], sell: "whole" as const }] }),
    ...(at === 0 && { areas: [{ name: "FIELD", capacity: 100, c: 1, outline: [[0, 800], [400, 800], [400, 1000], [0, 1000]] as [number, number][] }] }),
  }));
  const categories = [{ key: "gold", label: "Gold" }, { key: "field", label: "Field" }];
  return { format: "holdfast-columns/1", name: "Hall", categories, focal: [500, 0], sections: blocks };
}

/** Numbers that look random and are the same each time (mulberry32, Tommy Ettinger). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
