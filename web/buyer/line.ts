/** The buyer's place in a waiting room: joining, its news, its pass. */
import { signal } from "@preact/signals";
import { Refusal } from "../client/errors";
import type { Message, Place, Problem } from "../client/frames";
import type { Challenge } from "./altcha";
import { read } from "./command";
import type { Draw } from "./draw";
import { link, onNews, session } from "./live";
import { dropPass, keepPass, readPass, type Pass } from "./pass";
import { eventId } from "./sale";

const COMMAND_MS = 20_000;
/** A sign of life well within the time that a place is kept without one. */
const ALIVE_EVERY_MS = 60_000;
const PAGES_MAX = 200;

export type Step = "outside" | "solving" | "joining" | "waiting" | "turn" | "sold-out" | "over" | "missed" | "left";

export const step = signal<Step>("outside");
export const place = signal<Place | null>(null);
export const pass = signal<Pass | null>(readPass(eventId));
export const refusal = signal<Problem | null>(null);
export const firstPosition = signal<number | null>(null);

if (pass.value) step.value = "turn";

export async function join(): Promise<void> {
  refusal.value = null;
  try {
    step.value = "solving";
    const challenge = await solved();
    step.value = "joining";
    const body = { event: eventId, ...(challenge && { challenge }) };
    took(await session.call<Place>({ t: "queue.join", d: body, idem: crypto.randomUUID() }, COMMAND_MS));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    step.value = "outside";
    refusal.value = error.problem;
  }
}

async function solved(): Promise<string | null> {
  const request = { t: "queue.challenge", d: { event: eventId } };
  const { challenge } = await session.call<{ challenge: Challenge | null }>(request, COMMAND_MS);
  if (!challenge) return null;
  const worker = new Worker(new URL("./solver.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<string>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<string>) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(challenge);
    });
  } finally {
    worker.terminate();
  }
}

let leaving = false;

/** Give the place up; pressing twice gives it up once. */
export async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  refusal.value = null;
  try {
    await session.call({ t: "queue.leave", d: { event: eventId }, idem: crypto.randomUUID() }, COMMAND_MS);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refusal.value = error.problem;
    return;
  } finally {
    leaving = false;
  }
  dropPass(eventId);
  pass.value = null;
  place.value = null;
  step.value = "left";
}

/** The place that this buyer has already, if there is one: after a reload, or a lost connection. */
export async function resume(): Promise<void> {
  const before = step.peek();
  try {
    const told = await session.call<Place>({ t: "queue.status", d: { event: eventId } }, COMMAND_MS);
    // Whose turn it became meanwhile, and who left, is so by newer news than the answer.
    if (step.peek() === before) took(told);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // No place yet is no news; one that has ended is.
    if (error.code === "queue_ticket_expired" && before !== "outside" && step.peek() === before) step.value = "missed";
  }
}

export async function readDraw(): Promise<Draw> {
  const whole = await read<Draw>(`/events/${eventId}/queue/draw?limit=5000`);
  for (let page = 0; whole.next !== null && page < PAGES_MAX; page += 1) {
    const more = await read<Draw>(`/events/${eventId}/queue/draw?limit=5000&after=${whole.next}`);
    whole.tickets.push(...more.tickets);
    whole.next = more.next;
  }
  return whole;
}

function took(told: Place): void {
  // What was left is told again when it changes alone; a pause is told for as long as it lasts.
  place.value = { ...place.peek(), since: undefined, reason: undefined, ...told };
  firstPosition.value ??= told.position ?? null;
  if (told.pass && told.expires_at) admitted({ pass: told.pass, expires_at: told.expires_at });
  else if (told.phase === "over") step.value = "sold-out";
  // An answer to joining may be older than the turn that came of it.
  else if (step.peek() !== "turn") step.value = "waiting";
}

function admitted(fresh: Pass): void {
  keepPass(eventId, fresh);
  pass.value = fresh;
  step.value = "turn";
}

function heard(message: Message): void {
  const told = message.d as (Place & Pass) | undefined;
  if (told?.event !== eventId) return;
  // Of a place that one has left, or that has become a turn, an update is old news.
  if (message.t === "queue.update" && (step.peek() === "joining" || step.peek() === "waiting")) took(told);
  if (message.t === "queue.admitted") admitted(told);
  if (message.t === "queue.paused") place.value = place.peek() && { ...(place.peek() as Place), phase: "paused", since: told.since, reason: told.reason };
  if (message.t === "queue.sold_out") step.value = "sold-out";
  if (message.t === "queue.ended") ended((message.d as { reason?: Problem }).reason);
}

function ended(reason: Problem | undefined): void {
  dropPass(eventId);
  pass.value = null;
  if (step.peek() === "left" || step.peek() === "sold-out") return;
  step.value = reason?.code === "sold_out" ? "sold-out" : reason?.code === "sale_not_open" ? "over" : "missed";
}

/** Hear the news, come back after lost connections, and show signs of life. */
export function follow(): void {
  onNews(heard);
  // News come to the connection that asked for the place last, so a new one asks again.
  link.subscribe((state) => {
    if (state.name === "live" && step.peek() === "waiting") void resume();
  });
  setInterval(() => {
    if (step.peek() === "waiting") void resume();
  }, ALIVE_EVERY_MS);
}
