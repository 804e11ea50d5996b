/** Waiting for seats that are not there: joining, one's place, and the offer once it comes. */
import { effect, signal } from "@preact/signals";
import { Refusal } from "../client/errors";
import type { Item, Message, Money, Problem } from "../client/frames";
import { money, t } from "../ui/i18n";
import { alert, say } from "../ui/parts";
import { command } from "./cart";
import { adopt } from "./kept";
import { link, onNews, session } from "./live";
import { itemName, problemText } from "./names";
import { eventId } from "./sale";

export interface Wish {
  qty: number;
  categories?: string[];
  max_price?: string;
  together?: boolean;
  accessible?: boolean;
}

export interface Entry {
  entry: string;
  event: string;
  status: "waiting" | "offered" | "accepted" | "declined" | "lapsed" | "left" | "removed";
  qty?: number;
  position?: number | null;
  ahead?: number | null;
  hold?: string;
  expires_at?: string;
  items?: Item[];
  total?: Money;
}

const KEPT = `holdfast.waitlist.${eventId}`;
const READ_MS = 10_000;

export const entry = signal<Entry | null>(null);
export const refusal = signal<Problem | null>(null);
export const asking = signal(false);
/** News of entries so far, and what was done here: an answer that one of them overtook is old. */
let heard = 0;
let done = 0;

async function asked(work: () => Promise<Entry>): Promise<boolean> {
  if (asking.peek()) return false;
  asking.value = true;
  refusal.value = null;
  const before = heard;
  try {
    const next = await work();
    done += 1;
    stand(next);
    // What overtook the answer was of an entry that nobody knew here yet.
    if (heard !== before && next.status === "waiting") void look();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === "already_waiting") void look();
    else refusal.value = error.problem;
    alert(problemText(error.problem));
    return false;
  } finally {
    asking.value = false;
  }
}

function stand(next: Entry): void {
  entry.value = next;
  localStorage.setItem(KEPT, next.entry);
}

export function join(wish: Wish): Promise<boolean> {
  return asked(() => command<Entry>("waitlist.join", { event: eventId, ...wish }));
}

/** Take what is offered: it is a hold like any other from then on, and lies in the cart. */
export function accept(): Promise<boolean> {
  return asked(async () => {
    const next = await command<Entry>("waitlist.accept", { entry: entry.peek()?.entry });
    if (next.hold) await adopt(next.hold);
    return next;
  });
}

export function decline(): Promise<boolean> {
  return asked(() => command<Entry>("waitlist.decline", { entry: entry.peek()?.entry }));
}

export function leave(): Promise<boolean> {
  return asked(() => command<Entry>("waitlist.leave", { entry: entry.peek()?.entry }));
}

/** What ended is read; one may join anew. */
export function dismiss(): void {
  done += 1;
  entry.value = null;
  localStorage.removeItem(KEPT);
}

/** How one's entry stands; from then on its news come here. */
export async function look(): Promise<void> {
  const before = { heard, done };
  const overtaken = (): boolean => done !== before.done || asking.peek();
  try {
    const found = await session.call<Entry>({ t: "waitlist.status", d: { event: eventId } }, READ_MS);
    if (overtaken()) return;
    if (heard !== before.heard) return await look();
    if (found.status === "waiting" || found.status === "offered") stand(found);
    else dismiss();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Nobody waits under this name; what cannot be asked now is asked again once the page is live again.
    if (error.code === "not_found" && !overtaken()) dismiss();
  }
}

/** Ask whenever the page has become live, where this browser has joined before. */
export function follow(): void {
  effect(() => {
    if (link.value.name === "live" && localStorage.getItem(KEPT) !== null) void look();
  });
}

onNews((message: Message) => {
  const news = message.d as Partial<Entry> | undefined;
  if (message.t === "waitlist.offer" || message.t === "waitlist.update") heard += 1;
  const known = entry.peek();
  if (!known || news?.entry !== known.entry) return;
  if (message.t === "waitlist.offer") {
    entry.value = { ...known, ...news, status: "offered" };
    alert(t().waitlist.offeredSaid((news.items ?? []).map(itemName).join("; "), news.total ? money(news.total) : ""));
  }
  if (message.t === "waitlist.update") {
    const moved = news.status === "waiting" && news.position != null && news.position !== known.position;
    entry.value = { ...known, ...news };
    if (moved) say(t().waitlist.movedSaid(news.position as number));
  }
});
