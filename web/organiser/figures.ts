/** The figures of the sale, a second old at most while anybody looks: pushed, or asked for while nothing is. */
import { signal } from "@preact/signals";
import type { Message, Money, Problem } from "../client/frames";
import type * as wire from "../client/wire";
import { onNews, session } from "../buyer/live";
import { sale } from "../buyer/sale";
import { newest } from "../ui/newest";
import { ask, refusal } from "./calls";
import { eventId, loadEvent } from "./house";
import type { RoomSettings } from "./roomsettings";
import { added, type Flow, type Sample } from "./series";

export type Figures = wire.BoardReply;
export type Step = wire.StepReply;

export interface Tally {
  key: string;
  free: number;
  held: number;
  sold: number;
  blocked: number;
  total: number;
  value: Money;
}

export interface Room {
  phase: "closed" | "pre-queue" | "draw" | "open" | "paused" | "over";
  waiting: number;
  active: number;
  joined: number;
  sold_out: boolean;
  admitted_per_minute: number;
  pressure: number;
  settings: RoomSettings;
  since?: string | null;
  reason?: string | null;
}

interface Readiness {
  ready: boolean;
  obstacles: string[];
  degraded: string[];
}

const FIGURES_MS = 1_000;
/** Without a push for so long the figures are asked for. */
const SILENT_MS = 3_000;
const TALLIES_MS = 5_000;
const MINUTES_MS = 15_000;
const MINUTES_BACK = 1_440;
const ROOM_MS = 2_000;
const HEALTH_MS = 10_000;
const SALE_MS = 10_000;

export const figures = signal<Figures | null>(null);
/** What is sold of each category. */
export const tallies = signal<readonly Tally[]>([]);
/** What came in each minute of the last day. */
export const flows = signal<readonly Flow[]>([]);
export const samples = signal<readonly Sample[]>([]);
export const room = signal<Room | null>(null);
export const health = signal<(Readiness & { since: Date }) | null>(null);
/** Why there are no figures; the last ones stay. */
export const figuresFault = signal<Problem | null>(null);

let heardMs = -Infinity;

function took(next: Figures): void {
  heardMs = performance.now();
  figures.value = next;
  figuresFault.value = null;
  samples.value = added(samples.peek(), { atMs: Date.parse(next.as_of), sold: next.sold, held: next.held });
}

function heard(message: Message): void {
  if (message.t === "stats.update") took(message.d as Figures);
}

async function readFigures(): Promise<void> {
  const before = heardMs;
  if (performance.now() - before <= SILENT_MS) return;
  const told = await ask<Figures>(`/events/${eventId}/board`);
  // What was pushed meanwhile is newer.
  if (heardMs === before) took(told);
}

async function readTallies(): Promise<void> {
  tallies.value = (await ask<{ rows: Tally[] }>(`/events/${eventId}/report?by=category`)).rows;
}

async function readFlows(): Promise<void> {
  const query = new URLSearchParams({ event: eventId, minutes: String(MINUTES_BACK) });
  flows.value = (await ask<{ minutes: Flow[] }>(`/analytics/minutes?${query}`)).minutes;
}

const roomAsked = newest();

export async function readRoom(): Promise<void> {
  if (!sale.peek()?.queued) return;
  const isNews = roomAsked();
  const told = await ask<Room>(`/events/${eventId}/queue/room`);
  if (isNews()) room.value = told;
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

/** Keep all of them fresh, from before the page connects on. */
export function follow(): void {
  session.core.watching.add({ event: eventId, detail: "board" });
  onNews(heard);
  every(FIGURES_MS, readFigures);
  every(TALLIES_MS, readTallies);
  every(MINUTES_MS, readFlows);
  every(ROOM_MS, readRoom);
  every(HEALTH_MS, readHealth);
  every(SALE_MS, loadEvent);
}
