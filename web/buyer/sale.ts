/** The event that this page is about, its house and its prices. */
import { computed, signal } from "@preact/signals";
import type { Money } from "../client/frames";
import { identity, rest } from "../client/browser";
import { Plan, type Columns, type Section } from "../map/plan";
import { money, plural, t } from "../ui/i18n";
import { newest } from "../ui/newest";
import { site } from "../ui/site";

export interface Sale {
  event: string;
  name: string;
  plan: string;
  status: "draft" | "published" | "open" | "paused" | "closed";
  currency: string;
  limits: { seats_per_hold?: number; renewals?: number };
  sections: { name: string; seats: number; ga_capacity: number; areas: string[] }[];
  prices?: Record<string, Record<string, string>>;
  queued?: boolean;
  opens_at?: string | null;
  pause?: { since: string; reason?: string } | null;
  mode?: "live" | "test";
  created_at?: string;
  starts_at?: string | null;
  zone?: string | null;
  venue?: { name: string; city: string; zone: string } | null;
}

const SEATS_PER_HOLD = 10;

/** Undefined while it is being asked for, null where there is none. */
export const sale = signal<Sale | null | undefined>(undefined);
export const plan = signal<Plan | null>(null);

export const eventId = site.event;

/** Whether the server could not be asked; there may well be such an event. */
export const failed = signal(false);

/** The sale is asked for whenever it may have changed: what was asked for last counts. */
export const saleAsked = newest();

export async function loadSale(): Promise<void> {
  const isNews = saleAsked();
  const path = `/events/${encodeURIComponent(eventId)}`;
  // What everybody may see needs no token, and so nobody waits for one; a draft is for its organiser's people.
  let reply = await fetch(`${site.server}/v1${path}`).catch(() => null);
  if (reply?.status === 404 && identity.signedIn) reply = await rest(path).catch(() => null);
  const told = reply?.ok ? ((await reply.json()) as Sale) : null;
  if (!isNews()) return;
  failed.value = !told && reply?.status !== 404;
  if (!failed.value) sale.value = told;
}

export async function loadPlan(): Promise<void> {
  const reply = await fetch(`${site.server}/v1/events/${encodeURIComponent(eventId)}/plan?layout=columns`).catch(() => null);
  if (reply?.ok) plan.value = new Plan((await reply.json()) as Columns);
  else if (reply?.status !== 404) failed.value = true;
}

export const seatsPerHold = computed(() => sale.value?.limits.seats_per_hold ?? SEATS_PER_HOLD);

/** What one place of a category costs, of the cheapest ticket type. */
export function priceOf(category: number): Money | null {
  const key = plan.value?.categories[category]?.key;
  const types = key === undefined ? undefined : sale.value?.prices?.[key];
  if (!types || !sale.value) return null;
  const amounts = Object.values(types).sort((one, other) => Number(one) - Number(other));
  const amount = types["standard"] ?? amounts[0];
  return amount === undefined ? null : { amount, currency: sale.value.currency };
}

export function priceText(category: number): string {
  const price = priceOf(category);
  return price ? money(price) : "";
}

/** The cheapest and the dearest of some categories, in words. */
export function spanText(categories: Iterable<number>): string {
  const prices = [...categories].map(priceOf).filter((each) => each !== null);
  prices.sort((one, other) => Number(one.amount) - Number(other.amount));
  const [low, high] = [prices[0], prices.at(-1)];
  return low && high ? t().sale.from(money(low), money(high)) : "";
}

export function freeText(free: number): string {
  return free === 0 ? t().list.noneFree : plural(free, t().list.free.one, t().list.free.other);
}

export function placesText(free: number): string {
  return free === 0 ? t().sale.soldOut : plural(free, t().sale.free.one, t().sale.free.other);
}

export function sectionTitle(section: Section): string {
  return section.zone && !section.name.startsWith(section.zone) ? `${section.name} · ${section.zone}` : section.name;
}

