/** A plan in columns (`holdfast-columns/2`) as arrays: one slot a seat, sections as ranges of them. Tenths of plan units. */
import { convexHull, outlineOfRows, type Point, type Ring } from "./geometry";
import { UNKNOWN } from "../client/seatmap";

export interface Category {
  key: string;
  label: string;
  price?: string;
  accessible?: boolean;
}

interface Line {
  n: string;
  /** Labels, or how many there are where they count from 1. */
  s: string[] | number;
  c: number | number[];
  x: number[];
  y: number[];
  a?: Record<string, string[]>;
  sell?: "seat" | "whole";
}

interface Block {
  name: string;
  rows?: Line[];
  tables?: Line[];
  areas?: { name: string; capacity: number; c: number; outline: Point[] }[];
  zone?: string;
  entrance?: string;
  outline?: Point[];
}

export interface Columns {
  format: string;
  name: string;
  categories: Category[];
  focal: Point | null;
  sections: Block[];
}

const FORMAT = "holdfast-columns/2";

export interface Row {
  label: string;
  first: number;
  seats: string[];
  attributes: Record<string, string[]>;
  kind: "row" | "seats" | "whole";
}

export interface Area {
  name: string;
  capacity: number;
  category: number;
  outline: Ring;
}

export interface Section {
  index: number;
  name: string;
  zone?: string;
  entrance?: string;
  first: number;
  count: number;
  rows: Row[];
  areas: Area[];
  capacity: number;
  outline: Ring;
  /** Number of seats and places by category index. */
  byCategory: Map<number, number>;
}

/** Where a line begins, and its first step. */
interface Lead {
  x: number;
  y: number;
  dx: number;
  dy: number;
}

/** A house; `status` is the only thing in it that changes. */
export class Plan {
  readonly count: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly category: Uint8Array;
  readonly sectionOf: Uint16Array;
  readonly status: Uint8Array;
  /** 1 for places of wheelchairs, which are drawn in another shape. */
  readonly wheelchair: Uint8Array;
  readonly sections: Section[] = [];
  readonly sectionNamed = new Map<string, Section>();
  readonly categories: Category[];
  readonly focal: Point | null;
  /** The distance between neighbours that is most common, which decides how seats are drawn. */
  readonly pitch: number;
  private readonly ordinals = new Map<string, Map<string, number>>();
  private readonly counted = new Map<number, string[]>();

  constructor(columns: Columns) {
    if (columns.format !== FORMAT) throw new Error(`a plan in ${columns.format}, not in ${FORMAT}`);
    const lines = columns.sections.map((block) => [...(block.rows ?? []), ...(block.tables ?? [])]);
    this.count = lines.flat().reduce((sum, line) => sum + line.x.length, 0);
    this.x = new Float32Array(this.count);
    this.y = new Float32Array(this.count);
    this.category = new Uint8Array(this.count);
    this.sectionOf = new Uint16Array(this.count);
    this.status = new Uint8Array(this.count).fill(UNKNOWN);
    this.wheelchair = new Uint8Array(this.count);
    this.categories = columns.categories;
    this.focal = columns.focal;
    let next = 0;
    columns.sections.forEach((block, index) => {
      const section = this.section(block, index, next);
      next += section.count;
      this.sections.push(section);
      this.sectionNamed.set(section.name, section);
    });
    this.pitch = commonPitch(this);
  }

  private section(block: Block, index: number, first: number): Section {
    let next = first;
    const rows: Row[] = [];
    const before: Lead = { x: 0, y: 0, dx: 0, dy: 0 };
    for (const [lines, table] of [[block.rows ?? [], false], [block.tables ?? [], true]] as const) {
      for (const line of lines) {
        const kind = table ? (line.sell === "whole" ? "whole" : "seats") : "row";
        rows.push({ label: line.n, first: next, seats: this.labels(line.s), attributes: line.a ?? {}, kind });
        next = this.line(line, before, index, next);
      }
    }
    const areas = (block.areas ?? []).map(({ name, capacity, c, outline }) => ({ name, capacity, category: c, outline }));
    const byCategory = new Map<number, number>();
    const add = (category: number, count: number): Map<number, number> =>
      byCategory.set(category, (byCategory.get(category) ?? 0) + count);
    for (const line of [...(block.rows ?? []), ...(block.tables ?? [])]) {
      if (typeof line.c === "number") add(line.c, line.x.length);
      else for (const category of line.c) add(category, 1);
    }
    for (const area of areas) add(area.category, area.capacity);
    const count = next - first;
    const capacity = count + areas.reduce((sum, area) => sum + area.capacity, 0);
    const outline = block.outline?.length ? block.outline : this.outline(rows, first, next, areas);
    const { name, zone, entrance } = block;
    return { index, name, zone, entrance, first, count, rows, areas, capacity, outline, byCategory };
  }

  /** A line's seats: where the first stands and the step from it are told by the line before, further steps by the one before. */
  private line(line: Line, before: Lead, section: number, first: number): number {
    const count = line.x.length;
    let { x, y, dx, dy } = before;
    for (let at = 0; at < count; at += 1) {
      const [tellsX, tellsY] = [line.x[at] ?? 0, line.y[at] ?? 0];
      if (at === 0) {
        before.x = x += tellsX;
        before.y = y += tellsY;
      } else {
        x += dx += tellsX;
        y += dy += tellsY;
        if (at === 1) [before.dx, before.dy] = [dx, dy];
      }
      this.x[first + at] = x;
      this.y[first + at] = y;
      this.category[first + at] = typeof line.c === "number" ? line.c : (line.c[at] ?? 0);
      this.sectionOf[first + at] = section;
    }
    for (const [at, traits] of Object.entries(line.a ?? {}))
      if (traits.includes("wheelchair")) this.wheelchair[first + Number(at)] = 1;
    return first + count;
  }

  private labels(told: string[] | number): string[] {
    if (typeof told !== "number") return told;
    let labels = this.counted.get(told);
    if (!labels) this.counted.set(told, (labels = Array.from({ length: told }, (_, at) => String(at + 1))));
    return labels;
  }

  private outline(rows: readonly Row[], first: number, end: number, areas: readonly Area[]): Ring {
    const points: Point[] = areas.flatMap((area) => area.outline);
    for (let seat = first; seat < end; seat += 1) points.push(this.at(seat));
    const hull = convexHull(points);
    if (areas.length || rows.some((row) => row.kind !== "row")) return hull;
    return outlineOfRows(rows.map((row) => row.seats.map((_, at) => this.at(row.first + at))), hull);
  }

  private at(seat: number): Point {
    return [this.x[seat] as number, this.y[seat] as number];
  }

  /** The row that a seat is in, with the seat's place in it. */
  rowOf(seat: number): { section: Section; row: Row; at: number } {
    const section = this.sections[this.sectionOf[seat] as number] as Section;
    let low = 0;
    let high = section.rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((section.rows[middle] as Row).first <= seat) low = middle;
      else high = middle - 1;
    }
    const row = section.rows[low] as Row;
    return { section, row, at: seat - row.first };
  }

  /** A seat's public name. */
  label(seat: number): string {
    const { section, row, at } = this.rowOf(seat);
    return `${section.name}-${row.label}-${row.seats[at]}`;
  }

  /** What is held when this seat is pressed: itself, or the whole table that it belongs to. */
  sold(seat: number): string {
    const { section, row } = this.rowOf(seat);
    return row.kind === "whole" ? `${section.name}-${row.label}` : this.label(seat);
  }

  /** The seat of a public name, or undefined; labels are looked up a section at a time. */
  ordinal(label: string): number | undefined {
    const section = this.sectionNamed.get(label.split("-").slice(0, -2).join("-"));
    return section && this.within(section).get(label);
  }

  /** The seats that a held name stands for: one, or all of a table that is sold whole. */
  seats(label: string): number[] {
    const seat = this.ordinal(label);
    if (seat !== undefined) return [seat];
    const cut = label.lastIndexOf("-");
    const table = this.sectionNamed.get(label.slice(0, cut))?.rows.find(
      (row) => row.kind === "whole" && row.label === label.slice(cut + 1),
    );
    return table ? table.seats.map((_, at) => table.first + at) : [];
  }

  within(section: Section): Map<string, number> {
    let found = this.ordinals.get(section.name);
    if (!found) {
      found = new Map();
      for (const row of section.rows)
        row.seats.forEach((seat, at) => found?.set(`${section.name}-${row.label}-${seat}`, row.first + at));
      this.ordinals.set(section.name, found);
    }
    return found;
  }
}

const PITCH_SAMPLES = 400;

function commonPitch(plan: Plan): number {
  const distances: number[] = [];
  const step = Math.max(1, Math.floor(plan.count / PITCH_SAMPLES));
  for (let seat = 1; seat < plan.count; seat += step) {
    const across = (plan.x[seat] as number) - (plan.x[seat - 1] as number);
    const down = (plan.y[seat] as number) - (plan.y[seat - 1] as number);
    const distance = Math.hypot(across, down);
    if (distance > 0) distances.push(distance);
  }
  distances.sort((one, other) => one - other);
  return distances[distances.length >> 2] ?? 10;
}
