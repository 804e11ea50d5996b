/** Judges scans: by the server, or without a network by what is signed and what this door let in itself. */
import { signal } from "@preact/signals";
import type { Problem } from "../client/frames";
import { act, ask, refusal } from "./calls";
import { BATCH_MAX, BookFull, DoorBook, type Scan } from "./doorbook";
import { eventId } from "./house";
import { canProve, prove, type Claims, type TicketKey } from "./ticketcode";

export interface Judged {
  result: "admitted" | "used" | "refused";
  code?: string;
  ticket?: string;
  seat?: string;
  type?: string;
  holder?: string;
  first?: { at: string; gate: string; device: string };
}

export interface Shown extends Judged {
  id: string;
  at: Date;
  /** Judged here alone; the server is told later. */
  offline: boolean;
}

const ONLINE_MS = 4_000;
const RETRY_MS = 5_000;
const KEPT_MAX = 30;

export const book = new DoorBook(localStorage, eventId, () => crypto.randomUUID());
export const door = signal(book.door);
export const shown = signal<readonly Shown[]>([]);
export const waiting = signal(book.waiting.length);
/** Scans that were let in without a network, and ought not to have been. */
export const lookInto = signal<readonly Shown[]>([]);
export const away = signal(false);
export const doorFault = signal<Problem | null>(null);
/** Known before anybody is judged, however long the server lets the page wait. */
const provable = canProve();

export async function openDoor(): Promise<void> {
  try {
    book.keys = (await ask<{ keys: TicketKey[] }>("/ticket-keys")).keys;
  } catch (error) {
    const why = refusal(error);
    // The keys that were fetched before go on proving tickets.
    away.value = why.status >= 500 && book.keys.length > 0;
    if (!away.peek()) doorFault.value = why;
  }
  setInterval(() => void tellWaiting(), RETRY_MS);
  addEventListener("online", () => void tellWaiting());
  await tellWaiting();
}

export function nameDoor(gate: string, device: string): void {
  door.value = { gate, device };
  book.door = door.value;
}

/** Judge one code; null when nobody could. */
export async function scanned(code: string): Promise<Shown | null> {
  const scan: Scan = { id: crypto.randomUUID(), code: code.trim(), scanned_at: new Date().toISOString() };
  const claims = (await provable) ? await prove(scan.code, book.keys) : null;
  const online = await atServer(scan, claims);
  const judged = online ?? (away.peek() ? judgedHere(scan, claims, await provable) : null);
  if (!judged) return null;
  const result: Shown = { ...judged, id: scan.id, at: new Date(), offline: online === null };
  shown.value = [result, ...shown.peek()].slice(0, KEPT_MAX);
  return result;
}

async function sent(scans: readonly Scan[], offline: boolean): Promise<Judged[]> {
  const body = { event: eventId, ...door.peek(), scans, offline };
  const signal_ = AbortSignal.timeout(ONLINE_MS);
  return (await act<{ results: Judged[] }>("/checkins", body, { signal: signal_ })).results;
}

/** What the server says, or null when it does not say anything in time. */
async function atServer(scan: Scan, claims: Claims | null): Promise<Judged | null> {
  try {
    const [judged] = await sent([scan], false);
    away.value = false;
    doorFault.value = null;
    if (judged?.result === "admitted" && claims) book.remember(claims, scan.scanned_at);
    return judged ?? null;
  } catch (error) {
    const why = refusal(error);
    away.value = why.status >= 500;
    if (!away.peek()) doorFault.value = why;
    return null;
  }
}

function judgedHere(scan: Scan, claims: Claims | null, canTell: boolean): Judged {
  if (!canTell) return { result: "refused", code: "cannot_prove" };
  if (!claims) return { result: "refused", code: "ticket_forged" };
  const { seat, type, event } = claims;
  if (event !== eventId) return { result: "refused", code: "wrong_event", seat, type };
  const before = book.usedHere(claims);
  if (before) return { result: "used", code: "ticket_used", seat, type, first: { at: before, ...door.peek() } };
  try {
    book.admit(scan, claims);
  } catch (error) {
    if (error instanceof BookFull) return { result: "refused", code: "book_full" };
    throw error;
  }
  waiting.value = book.waiting.length;
  return { result: "admitted", seat, type };
}

let telling = false;

/** Tell the server whom this door let in meanwhile, a batch at a time and in their order. */
export async function tellWaiting(): Promise<void> {
  if (telling || !book.waiting.length) return;
  telling = true;
  try {
    for (let scans = book.waiting; scans.length; scans = book.waiting) {
      const batch = scans.slice(0, BATCH_MAX);
      const results = await sent(batch, true);
      // What may fare better later is sent again with the next batch.
      const settled = batch.filter((_, at) => !(results[at] as Judged & { retryable?: boolean }).retryable);
      book.told(settled);
      disputed(batch, results);
      waiting.value = book.waiting.length;
      if (!settled.length) break;
    }
    away.value = false;
  } catch (error) {
    const why = refusal(error);
    if (why.status < 500) doorFault.value = why;
  } finally {
    telling = false;
  }
}

function disputed(batch: readonly Scan[], results: readonly Judged[]): void {
  const found = results.flatMap((judged, at): Shown[] => {
    const scan = batch[at];
    return judged.result === "admitted" || !scan ? [] : [{ ...judged, id: scan.id, at: new Date(scan.scanned_at), offline: true }];
  });
  lookInto.value = [...found, ...lookInto.peek()].slice(0, KEPT_MAX);
}
