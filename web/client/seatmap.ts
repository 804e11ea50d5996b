/** Live statuses of a section's seats, kept by a snapshot and the deltas after it. */
import type { Position, Snapshot, Update } from "./frames";

export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;
export const BLOCKED = 3;
/** Not told yet: what a seat is before its section's first snapshot. */
export const UNKNOWN = 15;

/** Whether asking for a seat is worth it: it is free, or nothing is known of it. */
export function mayBeFree(status: number | undefined): boolean {
  return status === FREE || status === UNKNOWN;
}

const NUMBER_OF: Readonly<Record<string, number>> = { f: FREE, h: HELD, s: SOLD, b: BLOCKED };

export type Verdict = "applied" | "known" | "gap";

/** 4 bits a seat, first seat in the low nibble, into one number a seat. */
export function unpackStatuses(packed: string, into: Uint8Array): void {
  const bytes = atob(packed);
  for (let seat = 0; seat < into.length; seat += 1) {
    const byte = bytes.charCodeAt(seat >> 1);
    into[seat] = seat & 1 ? byte >> 4 : byte & 15;
  }
}

/** One channel's statuses at one journal position; `statuses` may be a part of a larger array. */
export class SectionMap {
  position: Position | null = null;
  areas: Record<string, number> = {};
  /** Ordinals that the last delta changed. */
  changed: number[] = [];

  constructor(
    readonly channel: string,
    readonly statuses: Uint8Array,
    private readonly ordinalOf: (label: string) => number | undefined,
  ) {}

  /** Take a snapshot, unless it is of the same history and older than what is known. */
  replace(position: Position, snapshot: Snapshot): Verdict {
    const known = this.position;
    if (known && known[0] === position[0] && position[1] < known[1]) return "known";
    unpackStatuses(snapshot.status, this.statuses);
    this.areas = { ...snapshot.areas };
    this.position = position;
    return "applied";
  }

  /** What is known is void; the next snapshot is taken, whatever its position. */
  forget(): void {
    this.position = null;
  }

  /** Take a delta that follows; one that overlaps is taken too, because statuses are absolute. */
  apply(history: string, from: number, seq: number, updates: readonly Update[]): Verdict {
    const known = this.position;
    if (!known || known[0] !== history || from > known[1]) return "gap";
    if (seq <= known[1]) return "known";
    this.changed = [];
    for (const [name, value] of updates) this.set(name, value);
    this.position = [history, seq];
    return "applied";
  }

  private set(name: string, value: string | number): void {
    if (typeof value === "number") {
      this.areas[name] = value;
      return;
    }
    const ordinal = this.ordinalOf(name);
    const status = NUMBER_OF[value];
    if (ordinal === undefined || status === undefined || this.statuses[ordinal] === status) return;
    this.statuses[ordinal] = status;
    this.changed.push(ordinal);
  }
}
