/** The figures of the sale, a second old at most while anybody looks: pushed, or asked for. */
import { effect, signal } from "@preact/signals";
import type { Money, Problem } from "../client/frames";
import { sale } from "../buyer/sale";
import { ask, refusal } from "./calls";
import { eventId, loadEvent } from "./house";
import { added, type Sample } from "./series";

export interface Tally {
  free: number;
  held: number;
  sold: number;
  blocked: number;
  value: Money;
}

export interface Figures {
  event: string;
  as_of: string;
  at: Record<string, [string, number]>;
  free: number;
  held: number;
  sold: number;
  blocked: number;
  orders: number;
  revenue: Money;
  fees: Money;
  by_category: Record<string, Tally>;
  by_section: Record<string, Tally>;
}

export interface Room {
  phase: "closed" | "pre-queue" | "draw" | "open" | "paused" | "over";
  waiting: number;
  active: number;
  joined: number;
  sold_out: boolean;
  admitted_per_minute: number;
  pressure: number;
  settings: { rate_per_minute: number; [name: string]: unknown };
}

interface Readiness {
  ready: boolean;
  obstacles: string[];
  degraded: string[];
}

const FIGURES_MS = 1_000;
const ROOM_MS = 2_000;
const HEALTH_MS = 10_000;
const SALE_MS = 10_000;

export const figures = signal<Figures | null>(null);
export const samples = signal<readonly Sample[]>([]);
export const room = signal<Room | null>(null);
export const health = signal<(Readiness & { since: Date }) | null>(null);
/** Why there are no figures; the last ones stay. */
export const figuresFault = signal<Problem | null>(null);

export function took(next: Figures): void {
  figures.value = next;
  figuresFault.value = null;
  samples.value = added(samples.peek(), { atMs: Date.parse(next.as_of), sold: next.sold, held: next.held });
}

export async function readFigures(): Promise<void> {
  took(await ask<Figures>(`/events/${eventId}/stats`));
}

export async function readRoom(): Promise<void> {
  if (sale.peek()?.queued) room.value = await ask<Room>(`/events/${eventId}/queue/room`);
}

async function readHealth(): Promise<void> {
  const reply = await fetch("/readyz").catch(() => null);
  if (!reply) return;
  const told = (await reply.json()) as Readiness;
  const was = health.peek();
  const same = was !== null && was.ready === told.ready && String(was.degraded) === String(told.degraded);
  health.value = { ...told, since: same ? was.since : new Date() };
}

/** Do something now and then every so often, never twice at once, and not while nobody looks. */
function every(ms: number, what: () => Promise<void>): void {
  let busy = false;
  const turn = async (): Promise<void> => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      await what();
    } catch (error) {
      figuresFault.value = refusal(error);
    } finally {
      busy = false;
    }
  };
  setInterval(() => void turn(), ms);
  document.addEventListener("visibilitychange", () => void turn());
  void turn();
}

export function follow(): void {
  every(FIGURES_MS, readFigures);
  every(ROOM_MS, readRoom);
  every(HEALTH_MS, readHealth);
  every(SALE_MS, loadEvent);
}

/** Call back with each new pair of figures. */
export function onFigures(heard: (before: Figures, now: Figures) => void): () => void {
  let before: Figures | null = null;
  return effect(() => {
    const now = figures.value;
    if (before && now) heard(before, now);
    before = now;
  });
}
