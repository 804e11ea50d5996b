/** What is held: every way to take, change and give back, one function each. Map, list and best available call these. */
import { computed, effect, signal } from "@preact/signals";
import { rest } from "../client/browser";
import { Refusal } from "../client/errors";
import type { Hold, Item, Problem, Request } from "../client/frames";
import { clock, money, t } from "../ui/i18n";
import { alert, say } from "../ui/parts";
import { site } from "../ui/site";
import { sight } from "./chosen";
import { delayed, link, onNews, session } from "./live";
import { passOf } from "./pass";
import { itemName, problemText, seatName, seatsName } from "./names";
import { eventId, plan } from "./sale";

/** How long a command is tried, over lost connections too, before its outcome counts as unknown. */
const COMMAND_MS = 20_000;
/** When an outcome that is not known is asked for again, while the connection stands. */
const LEARN_MS = 5_000;
const KEPT = `holdfast.holds.${eventId}`;

export interface Best {
  qty: number;
  categories?: string[];
  sections?: string[];
  adjacent?: boolean;
  accessible?: boolean;
}

export interface Conflict {
  wanted: string[];
  problem: Problem;
}

export const holds = signal<readonly Hold[]>([]);
/** Labels on their way to being held or given back. */
export const pending = signal<ReadonlySet<string>>(new Set());
export const conflict = signal<Conflict | null>(null);
export const problem = signal<Problem | null>(null);
/** What was refused, once more: for refusals that may pass. */
export const again = signal<(() => unknown) | null>(null);
/** Seats whose time ran out, to be tried again. */
export const expired = signal<readonly Item[]>([]);
export const searching = signal(false);
/** The wish that best available answered last and what it found, so that others can be had instead. */
export const lastBest = signal<{ wish: Best; seats: readonly string[] } | null>(null);

export const items = computed(() => holds.value.flatMap((hold) => hold.items));
export const mine = computed(() => new Set(items.value.map((item) => item.seat)));
export const deadline = computed(() =>
  holds.value.length ? Math.min(...holds.value.map((hold) => Date.parse(hold.expires_at))) : null,
);
export const renewals = computed(() => Math.min(...holds.value.map((hold) => hold.renewals_left)));
export const total = computed(() => {
  const currency = holds.value[0]?.total.currency ?? "EUR";
  const places = Math.max(0, ...holds.value.map((hold) => hold.total.amount.split(".")[1]?.length ?? 0));
  const units = holds.value.reduce((sum, hold) => sum + Math.round(Number(hold.total.amount) * 10 ** places), 0);
  return { amount: (units / 10 ** places).toFixed(places), currency };
});
export const placesHeld = computed(() => items.value.reduce((sum, item) => sum + (item.qty ?? 1), 0));

/** Commands whose outcome is not known, by what they wish: sent again under their keys they tell it, and take nothing twice. */
const unknown = new Map<string, Request>();

export async function command<T>(t: string, d: object): Promise<T> {
  const wish = `${t} ${JSON.stringify(d)}`;
  const request: Request = unknown.get(wish) ?? { t, d, idem: crypto.randomUUID() };
  unknown.delete(wish);
  try {
    return await session.call<T>(request, COMMAND_MS);
  } catch (error) {
    if (isUnknown(error)) {
      unknown.set(wish, request);
      setTimeout(() => void learn(), LEARN_MS);
    }
    throw error;
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof Refusal && error.problem.status === 504;
}

/** What has become of the commands whose outcome is not known, as soon as somebody can be asked. */
async function learn(): Promise<void> {
  if (link.peek().name !== "live") return;
  for (const [wish, { t: kind, d }] of [...unknown]) {
    // Somebody may have wished the same again meanwhile, and have the answer by now.
    if (!unknown.has(wish)) continue;
    try {
      const hold = await command<Hold>(kind, d);
      keep(hold);
      if (problem.peek()?.status === 504) problem.value = null;
      if (hold.items.length) say(t().cart.heldSaid(hold.items.map(itemName).join("; "), money(total.peek())));
    } catch (error) {
      // A refusal is what became of it: nothing was taken.
      if (!isUnknown(error)) refused(error, [], again.peek());
    }
  }
}

effect(() => {
  if (link.value.name === "live") void learn();
});

/** Hold seats, beside what is held already. */
export async function holdSeats(labels: readonly string[]): Promise<boolean> {
  const house = plan.peek();
  const seat = house?.seats(labels[0] ?? "")[0];
  const section = seat === undefined ? undefined : house?.sections[house.sectionOf[seat] as number]?.name;
  return take(labels, { seats: labels }, section);
}

/** Hold places without numbers. */
export async function holdPlaces(area: string, qty: number, section: string): Promise<boolean> {
  return take([area], { ga: { area, qty } }, section);
}

/** Hold the best that fits; what is held already stays. */
export async function holdBest(wish: Best): Promise<boolean> {
  searching.value = true;
  const before = mine.peek();
  try {
    if (!(await take([], { best: wish }))) return false;
    const found = items.peek().filter((item) => !before.has(item.seat));
    lastBest.value = { wish, seats: found.map((item) => item.seat) };
    sight.value = plan.peek()?.sectionNamed.get(found[0]?.section ?? "") ?? null;
    return true;
  } finally {
    searching.value = false;
  }
}

/** Other seats instead of those that best available found: the old ones are kept until there are new ones. */
export async function othersInstead(): Promise<boolean> {
  const last = lastBest.peek();
  if (!last || !(await holdBest(last.wish))) return false;
  for (const seat of last.seats) await releaseSeat(seat);
  return true;
}

async function take(labels: readonly string[], wish: object, section?: string): Promise<boolean> {
  mark(labels, true);
  conflict.value = null;
  problem.value = null;
  try {
    const hold = await beside({ event: eventId, ...wish, ...passOf(eventId) }, section);
    const known = new Set(holds.peek().find((each) => each.hold === hold.hold)?.items.map((item) => item.seat));
    keep(hold);
    expired.value = [];
    const taken = hold.items.filter((item) => !known.has(item.seat)).map(itemName);
    say(t().cart.heldSaid(taken.join("; "), money(total.peek())));
    site.told?.("held", hold);
    return true;
  } catch (error) {
    refused(error, [...labels], () => take(labels, wish, section));
    return false;
  } finally {
    mark(labels, false);
  }
}

/** Hold onto what is held already: in the same section, else in any, else, where a sale keeps sections apart, alone. */
async function beside(wish: object, section: string | undefined): Promise<Hold> {
  const mine = section === undefined ? [] : holds.peek();
  const near = mine.find((hold) => hold.items.some((item) => item.section === section));
  const onto = near ?? mine[0];
  if (!onto) return command<Hold>("hold.create", wish);
  try {
    return await command<Hold>("hold.create", { ...wish, hold: onto.hold });
  } catch (error) {
    const apart = error instanceof Refusal && error.code === "invalid" && !near;
    if (!apart) throw error;
    return command<Hold>("hold.create", wish);
  }
}

/** Give back a seat, or all places of an area. */
export async function releaseSeat(label: string): Promise<void> {
  const hold = holds.peek().find((each) => each.items.some((item) => item.seat === label));
  if (!hold) return;
  mark([label], true);
  try {
    const whole = hold.items.length === 1;
    keep(await command<Hold>("hold.release", { hold: hold.hold, ...(!whole && { seats: [label] }) }));
    site.told?.("released", { hold: hold.hold, seats: [label] });
    say(t().cart.givenSaid(seatName(label)));
  } catch (error) {
    refused(error, [label]);
  } finally {
    mark([label], false);
  }
}

/** Move the deadline of everything that is held. */
export async function extend(): Promise<void> {
  try {
    for (const hold of holds.peek()) keep(await command<Hold>("hold.extend", { hold: hold.hold }));
    const until = deadline.peek();
    if (until !== null) say(t().cart.extendedSaid(clock(new Date(until - session.skewMs))));
  } catch (error) {
    refused(error, []);
  }
}

/** The places whose time ran out, once more: a hold for each section, and for each area. */
export async function tryAgain(): Promise<void> {
  const lost = expired.peek();
  const sections = new Map<string, string[]>();
  for (const { seat, section, qty = 1 } of lost)
    // One place of an area is told without its number, as a seat is.
    if (plan.peek()?.sectionNamed.get(section)?.areas.some((area) => area.name === seat)) await holdPlaces(seat, qty, section);
    else sections.set(section, [...(sections.get(section) ?? []), seat]);
  for (const labels of sections.values()) await holdSeats(labels);
}

function keep(hold: Hold): void {
  const others = holds.peek().filter((each) => each.hold !== hold.hold);
  const before = holds.peek().findIndex((each) => each.hold === hold.hold);
  const next = [...others];
  if (hold.items.length) next.splice(before < 0 ? next.length : before, 0, hold);
  holds.value = next;
  site.tab.setItem(KEPT, JSON.stringify(next.map((each) => each.hold)));
}

/** What ran out, in words. */
export function lostText(): string {
  return seatsName(expired.value.map((item) => item.seat));
}

/** A hold's time is over: say what was lost. */
export function lose(hold: string): void {
  const lost = holds.peek().find((each) => each.hold === hold);
  if (!lost) return;
  expired.value = [...expired.peek(), ...lost.items];
  keep({ ...lost, items: [] });
  alert(`${t().cart.expired}. ${t().cart.expiredHint(lostText())}`);
  site.told?.("expired", { hold });
}

function mark(labels: readonly string[], on: boolean): void {
  const next = new Set(pending.peek());
  for (const label of labels) {
    if (on) next.add(label);
    else next.delete(label);
  }
  pending.value = next;
}

function refused(error: unknown, wanted: string[], retry: (() => unknown) | null = null): void {
  if (!(error instanceof Refusal)) throw error;
  const { problem: why } = error;
  site.told?.("refused", why);
  delayed.value = null;
  if (why.code === "orphan_rule" || why.code === "seat_taken") {
    const taken = why.code === "seat_taken" && why.objects?.length ? why.objects : wanted;
    conflict.value = { wanted: taken, problem: why };
    return;
  }
  again.value = why.retryable ? retry : null;
  if (why.code === "hold_expired") for (const hold of holds.peek()) if (gone(hold)) lose(hold.hold);
  problem.value = why;
  alert(problemText(why));
}

function gone(hold: Hold): boolean {
  return Date.parse(hold.expires_at) <= Date.now() + session.skewMs;
}

/** What was held when this page was left, as it is now. */
export async function restore(): Promise<void> {
  const kept = JSON.parse(site.tab.getItem(KEPT) ?? "[]") as string[];
  for (const id of kept) await adopt(id);
}

/** What was paid or given back elsewhere is no longer in the cart; nothing is said of it. */
export async function look(): Promise<void> {
  for (const hold of holds.peek()) {
    const reply = await rest(`/holds/${encodeURIComponent(hold.hold)}`).catch(() => null);
    if (!reply) return;
    if (reply.ok) keep((await reply.json()) as Hold);
    else if (reply.status < 429) keep({ ...hold, items: [] });
  }
}

/** Put a hold into the cart that was made elsewhere: before, or by an offer. */
export async function adopt(id: string): Promise<void> {
  const reply = await rest(`/holds/${encodeURIComponent(id)}`);
  if (reply.ok) keep((await reply.json()) as Hold);
}

onNews((message) => {
  const hold = (message.d as { hold?: string } | undefined)?.hold;
  if (message.t === "hold.expired" && hold) lose(hold);
  if (message.t === "hold.expiring") alert(t().cart.expiring);
});
