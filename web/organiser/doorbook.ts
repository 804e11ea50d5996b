/** What a door knows: its name, the keys of tickets, and scans that the server has not heard of yet. Survives a reload. */
import type { Claims, TicketKey } from "./ticketcode";

export interface Scan {
  id: string;
  code: string;
  scanned_at: string;
}

export interface Door {
  gate: string;
  device: string;
}

/** More than anybody lets in before a network is found. */
const WAITING_MAX = 10_000;
export const BATCH_MAX = 200;

export class BookFull extends Error {}

type Shelf = Pick<Storage, "getItem" | "setItem">;

/** The book of one event at one device. */
export class DoorBook {
  constructor(
    private readonly shelf: Shelf,
    private readonly event: string,
    private readonly newId: () => string,
  ) {}

  private read<T>(name: string, otherwise: T): T {
    const text = this.shelf.getItem(`holdfast.door.${name}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  }

  private write(name: string, value: unknown): void {
    this.shelf.setItem(`holdfast.door.${name}`, JSON.stringify(value));
  }

  get door(): Door {
    const kept = this.read<Door | null>("name", null);
    if (kept) return kept;
    // The server tells devices apart by their names, so each gets one of its own.
    const door = { gate: "", device: `door-${this.newId().slice(0, 6)}` };
    this.write("name", door);
    return door;
  }

  set door(door: Door) {
    this.write("name", door);
  }

  /** What the event is called, for when nobody can be asked. */
  get title(): string {
    return this.read(`${this.event}.title`, "");
  }

  set title(title: string) {
    this.write(`${this.event}.title`, title);
  }

  get keys(): TicketKey[] {
    return this.read<TicketKey[]>("keys", []);
  }

  set keys(keys: TicketKey[]) {
    this.write("keys", keys);
  }

  /** Scans that let somebody in and are to be told to the server. */
  get waiting(): Scan[] {
    return this.read<Scan[]>(`${this.event}.waiting`, []);
  }

  /** Let somebody in without the server. Throws `BookFull`. */
  admit(scan: Scan, claims: Claims): void {
    const waiting = this.waiting;
    if (waiting.length >= WAITING_MAX) throw new BookFull(`${WAITING_MAX} scans are waiting already`);
    this.write(`${this.event}.waiting`, [...waiting, scan]);
    this.remember(claims, scan.scanned_at);
  }

  /** The server has judged these. */
  told(scans: readonly Scan[]): void {
    const gone = new Set(scans.map((each) => each.id));
    this.write(`${this.event}.waiting`, this.waiting.filter((each) => !gone.has(each.id)));
  }

  /** When this device let the ticket in, if it did. */
  usedHere(claims: Claims): string | undefined {
    return this.read<Record<string, string>>(`${this.event}.used`, {})[nameOf(claims)];
  }

  remember(claims: Claims, at: string): void {
    const used = this.read<Record<string, string>>(`${this.event}.used`, {});
    this.write(`${this.event}.used`, { ...used, [nameOf(claims)]: at });
  }
}

function nameOf({ order, seat, type, number, generation }: Claims): string {
  return [order, seat, type, number, generation].join(" ");
}
