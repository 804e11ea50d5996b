/** Somebody was faster: who may help, held in one press. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Money } from "../client/frames";
import { mayBeFree } from "../client/seatmap";
import { money, plural, t } from "../ui/i18n";
import { Icon } from "../ui/parts";
import type { Section } from "../map/plan";
import { conflict, holdBest, holdSeats } from "./cart";
import { changes, freeOf } from "./live";
import { seatsName } from "./names";
import { plan, priceOf, priceText } from "./sale";

const CHOICES_MAX = 3;

export function ConflictCard() {
  const shown = conflict.value;
  const place = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (shown) place.current?.focus();
  }, [shown]);
  // What is offered may go while it is read: something else takes its place then, and all else stays where it is.
  void changes.value;
  if (!shown) return null;
  const { alternatives = [], objects = [], code } = shown.problem;
  const lone = code === "orphan_rule";
  const told = lone ? [[...shown.wanted, ...objects].sort(inOrder), ...alternatives] : alternatives;
  const choices = told.filter((labels) => !gone(labels));
  const places = lone ? 0 : Math.max(1, CHOICES_MAX - told.length);
  const words = t().conflict;
  const others = elsewhere(shown.wanted, places + told.length - choices.length);
  const instead = others.slice(places);
  const offers = [...told.map((labels) => (gone(labels) ? instead.shift() : labels)), ...others.slice(0, places)];
  return (
    <section class="card conflict" aria-labelledby="conflict-title">
      <div class="row apart nowrap">
        <h2 id="conflict-title" ref={place} tabIndex={-1}>{lone ? words.lone(seatsName(objects)) : words.title(seatsName(shown.wanted))}</h2>
        <button type="button" class="icon-button bare" aria-label={t().common.close} onClick={() => (conflict.value = null)}><Icon name="cross" /></button>
      </div>
      <p class="soft">{choices.length ? words.hint : others.length ? words.hintElsewhere : words.none}</p>
      <ul class="stack tight">
        {offers.map((offer, at) => offer && <li key={at}><Offer offer={offer} qty={shown.wanted.length} /></li>)}
      </ul>
    </section>
  );
}

function Offer({ offer, qty }: { offer: readonly string[] | Elsewhere; qty: number }) {
  const words = t().conflict;
  if (!("section" in offer)) {
    return (
      <button type="button" class="button wide choice" onClick={() => void holdSeats(offer)}>
        {words.take(seatsName(offer), sumText(offer))}
      </button>
    );
  }
  const { section, key, category } = offer;
  return (
    <button type="button" class="button wide choice elsewhere" onClick={() => void insteadIn(section.name, key, qty)}>
      {words.elsewhere(plural(qty, words.best.one, words.best.other), section.name, priceText(category))}
    </button>
  );
}

const inOrder = (one: string, other: string): number => one.localeCompare(other, "en", { numeric: true });

/** Whether somebody has taken any of these since; of sections that are not watched nothing is known. */
function gone(labels: readonly string[]): boolean {
  const house = plan.peek();
  return labels.some((label) => house?.seats(label).some((seat) => !mayBeFree(house.status[seat])));
}

/** The best of another section, decided by the server when it is pressed; the card goes as it does for any other choice. */
async function insteadIn(section: string, key: string, qty: number): Promise<void> {
  await holdBest({ qty, sections: [section], categories: [key], ...(qty > 1 && { adjacent: true }) });
}

interface Elsewhere {
  section: Section;
  category: number;
  key: string;
}

/** Other sections that have as many free of the same category, else of the nearest price; the closest first. */
function elsewhere(wanted: readonly string[], most: number): Elsewhere[] {
  const house = plan.value;
  const seat = house?.seats(wanted[0] ?? "")[0];
  if (!house || seat === undefined) return [];
  const lost = house.category[seat] as number;
  const paid = Number(priceOf(lost)?.amount ?? 0);
  const dearer = (category: number): number => Math.abs(Number(priceOf(category)?.amount ?? 0) - paid);
  const far = ({ first }: Section): number => Math.hypot((house.x[first] as number) - (house.x[seat] as number), (house.y[first] as number) - (house.y[seat] as number));
  const found = house.sections
    .filter((each) => each.index !== house.sectionOf[seat] && each.count > 0 && (freeOf(each) ?? 0) >= wanted.length)
    .map((section) => {
      const [category = lost] = [...section.byCategory.keys()].sort((one, other) => dearer(one) - dearer(other));
      return { section, category, key: house.categories[category]?.key ?? "" };
    });
  found.sort((one, other) => dearer(one.category) - dearer(other.category) || far(one.section) - far(other.section));
  return found.slice(0, most);
}

function sumText(labels: readonly string[]): string {
  const house = plan.value;
  const prices = labels.map((label) => {
    const seat = house?.seats(label)[0];
    return seat === undefined || !house ? null : priceOf(house.category[seat] as number);
  });
  const known = prices.filter((each): each is Money => each !== null);
  if (known.length < labels.length || !known[0]) return "";
  const amount = known.reduce((sum, each) => sum + Number(each.amount), 0);
  return money({ amount: String(amount), currency: known[0].currency });
}
