/** Houses for tests, in columns as the server sends them. */
import type { Columns } from "../map/plan";

/** Coordinates of a section's lines as the server tells them: by how they differ from what could be expected. */
export function told(lines: number[][]): number[][] {
  let expected = [0, 0];
  const differences = (values: number[]): number[] => values.slice(1).map((value, at) => value - (values[at] as number));
  return lines.map((line) => {
    const steps = differences(line);
    const lead = [...line.slice(0, 1), ...steps.slice(0, 1)];
    const leading = lead.map((value, at) => value - (expected[at] as number));
    expected = [...lead, ...expected.slice(lead.length)];
    return [...leading, ...differences(steps)];
  });
}

/** `sections` blocks of `rows` rows of `seats` seats in a line, a table of four sold whole, and a field. */
export function house(sections = 2, rows = 3, seats = 5): Columns {
  const blocks = Array.from({ length: sections }, (_, at) => {
    const across = Array.from({ length: seats }, (_seat, number) => number);
    const xs = Array.from({ length: rows }, () => across.map((seat) => at * 1000 + 50 * seat));
    const ys = Array.from({ length: rows }, (_row, down) => across.map(() => 100 + 60 * down));
    const [x, y] = [told([...xs, [0, 40, 40, 0]]), told([...ys, [600, 600, 640, 640]])];
    return {
      name: `S-${at}`,
      rows: Array.from({ length: rows }, (_row, down) => ({
        n: String.fromCharCode(65 + down),
        s: down === 0 ? across.map((seat) => String(seat + 1)) : seats,
        c: at % 2 ? across.map((seat) => seat % 2) : 0,
        x: x[down] as number[],
        y: y[down] as number[],
        ...(down === 0 && { a: { "1": ["wheelchair"] } }),
      })),
      ...(at === 0 && { tables: [{ n: "T", s: 4, c: 1, x: x[rows] as number[], y: y[rows] as number[], sell: "whole" as const }] }),
      ...(at === 0 && { areas: [{ name: "FIELD", capacity: 100, c: 1, outline: [[0, 800], [400, 800], [400, 1000], [0, 1000]] as [number, number][] }] }),
    };
  });
  const categories = [{ key: "gold", label: "Gold" }, { key: "field", label: "Field" }];
  return { format: "holdfast-columns/2", name: "Hall", categories, focal: [500, 0], sections: blocks };
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
