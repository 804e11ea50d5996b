/** What is held: every way to take, change and give back, one function each. Map, list and best available call these. */
import { computed, effect, signal } from "@preact/signals";
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

/** Hold the best that fits; what is held already stays. Pressing twice finds once. */
export async function holdBest(wish: Best): Promise<boolean> {
  if (searching.peek()) return false;
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
  if (labels.some((label) => pending.peek().has(label))) return false;
  mark(labels, true);
  conflict.value = null;
  problem.value = null;
  try {
    await inTurn(() => taken({ event: eventId, ...wish, ...passOf(eventId) }, section));
    return true;
  } catch (error) {
    refused(error, [...labels], () => take(labels, wish, section));
    return false;
  } finally {
    mark(labels, false);
  }
}

/** The first hold, while it is on its way. */
let opening: Promise<void> | null = null;

/** What is pressed before the first hold is there goes onto it: all of it becomes one order, however slow the network is. */
async function inTurn(work: () => Promise<void>): Promise<void> {
  while (opening) await opening;
  if (holds.peek().length) return work();
  const done = work();
  const over = (): void => void (opening = null);
  opening = done.then(over, over);
  return done;
}

async function taken(wish: object, section: string | undefined): Promise<void> {
  const hold = await beside(wish, section);
  const known = new Set(holds.peek().find((each) => each.hold === hold.hold)?.items.map((item) => item.seat));
  keep(hold);
  expired.value = [];
  const fresh = hold.items.filter((item) => !known.has(item.seat)).map(itemName);
  say(t().cart.heldSaid(fresh.join("; "), money(total.peek())));
  site.told?.("held", hold);
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
  if (!hold || pending.peek().has(label)) return;
  mark([label], true);
  try {
    // By its name even where it is all there is: something else may be on its way onto the same hold.
    keep(await command<Hold>("hold.release", { hold: hold.hold, seats: [label] }));
    site.told?.("released", { hold: hold.hold, seats: [label] });
    say(t().cart.givenSaid(seatName(label)));
  } catch (error) {
    refused(error, [label]);
  } finally {
    mark([label], false);
  }
}

let extending = false;

/** Move the deadline of everything that is held; pressing twice moves it once. */
export async function extend(): Promise<void> {
  if (extending) return;
  extending = true;
  try {
    for (const hold of holds.peek()) keep(await command<Hold>("hold.extend", { hold: hold.hold }));
    const until = deadline.peek();
    if (until !== null) say(t().cart.extendedSaid(clock(new Date(until - session.skewMs))));
  } catch (error) {
    refused(error, []);
  } finally {
    extending = false;
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

/** A hold as it is; what is known of a later record of its section stays. */
export function keep(hold: Hold): void {
  const known = holds.peek().find((each) => each.hold === hold.hold);
  if (known && known.pos[0] === hold.pos[0] && hold.pos[1] < known.pos[1]) return;
  const others = holds.peek().filter((each) => each.hold !== hold.hold);
  const before = holds.peek().findIndex((each) => each.hold === hold.hold);
  const next = [...others];
  if (hold.items.length) next.splice(before < 0 ? next.length : before, 0, hold);
  holds.value = next;
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

onNews((message) => {
  const hold = (message.d as { hold?: string } | undefined)?.hold;
  if (message.t === "hold.expired" && hold) lose(hold);
  if (message.t === "hold.expiring") alert(t().cart.expiring);
});
