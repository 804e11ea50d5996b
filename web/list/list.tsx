/** The list: section, row, seat. The real control of the house, by keyboard and by screen reader as by hand. */
import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { holdPlaces, holdSeats, items, mine, pending, releaseSeat } from "../buyer/cart";
import { choose, chooseRow, chosen, isWanted, row, wanted } from "../buyer/chosen";
import { changes, freeInArea, freeInRow, freeOf, noneOf, watch } from "../buyer/live";
import { freeText, priceOf, priceText, seatsPerHold, sectionTitle, spanText } from "../buyer/sale";
import { FREE, mayBeFree, UNKNOWN } from "../client/seatmap";
import { letterOf } from "../map/palette";
import type { Area, Plan, Row, Section } from "../map/plan";
import { plural, t } from "../ui/i18n";
import { Icon, Stepper } from "../ui/parts";
import { goBack, leaveBy, useArrival } from "./focus";

const FILTER_FROM = 12;
const filter = signal("");
/**
 * Statuses are plain arrays: whoever draws from them says so, and is drawn again when they changed. A parent's
 * being drawn again is not enough, because with signals a component whose properties are the same stays as it is.
 */
function readsStatus(): void {
  void changes.value;
}

/** False until somebody goes somewhere in the list, so that loading a page takes nobody's focus. */
let walked = false;

export function SeatList({ house }: { house: Plan }) {
  const section = chosen.value;
  return (
    <section class="list card" id="list" aria-labelledby="list-title" tabIndex={-1}>
      {!house.count ? <Places house={house} /> : section === null ? <Sections house={house} /> : row.value === null ? <Rows house={house} section={section} /> : <Seats house={house} section={section} row={row.value} />}
    </section>
  );
}

function Heading({ way, children }: { way: string; children: ComponentChildren }) {
  const place = useArrival<HTMLHeadingElement>(way, walked);
  return <h2 id="list-title" ref={place} tabIndex={-1}>{children}</h2>;
}

function Back({ text, on }: { text: string; on: () => void }) {
  const back = (): void => {
    goBack();
    on();
  };
  return (
    <button type="button" class="button quiet small back" onClick={back}>
      <Icon name="back" size={16} /> {text}
    </button>
  );
}

/** A house without a numbered place: how many, of which, and nothing to look for. */
function Places({ house }: { house: Plan }) {
  return (
    <>
      <Heading way="house">{t().list.title}</Heading>
      <ul class="lines">{house.sections.flatMap((section) => section.areas.map((area) => <AreaLine key={area.name} area={area} section={section} house={house} />))}</ul>
    </>
  );
}

/** Nothing of what is looked for is free: what comes nearest to its price. */
function NoneWanted({ house }: { house: Plan }) {
  readsStatus();
  const looked = [...wanted.value];
  if (!looked.length || !looked.every((each) => noneOf(house, each))) return null;
  const price = (category: number): number => Number(priceOf(category)?.amount ?? 0);
  const off = (category: number): number => Math.abs(price(category) - price(looked[0] as number));
  const named = (category: number): string => house.categories[category]?.label ?? "";
  const [nearest] = [...house.categories.keys()].filter((each) => !noneOf(house, each)).sort((one, other) => off(one) - off(other));
  return (
    <div class="banner warn">
      <p class="banner-text">{t().list.noneWanted(looked.map(named).join(", "))}</p>
      {nearest !== undefined && <button type="button" class="button small" onClick={() => (wanted.value = new Set([nearest]))}>{t().list.nearest(named(nearest), priceText(nearest))}</button>}
    </div>
  );
}

function Sections({ house }: { house: Plan }) {
  const asked = filter.value.trim().toLowerCase();
  const shown = house.sections.filter((each) => isWanted(each) && sectionTitle(each).toLowerCase().includes(asked));
  const open = (section: Section): void => {
    walked = true;
    leaveBy(`section ${section.name}`);
    watch(house, [section]);
    choose(section);
  };
  return (
    <>
      <Heading way="house">{t().list.title}</Heading>
      {house.sections.length >= FILTER_FROM && (
        <label class="field">
          <span class="sr-only">{t().list.filter}</span>
          <input class="input" type="search" placeholder={t().list.filter} value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
        </label>
      )}
      <NoneWanted house={house} />
      <ul class="lines">
        {shown.map((each) => <SectionLine key={each.name} section={each} house={house} open={() => open(each)} />)}
      </ul>
      {shown.length === 0 && <p class="soft">{t().list.nothing}</p>}
    </>
  );
}

function SectionLine({ section, house, open }: { section: Section; house: Plan; open: () => void }) {
  const free = freeOf(section);
  const categories = [...section.byCategory.keys()];
  return (
    <li>
      <button type="button" class="line" data-way={`section ${section.name}`} onClick={open} disabled={free === 0}>
        <span class="marks" aria-hidden="true">{categories.slice(0, 3).map((each) => <Mark key={each} category={each} />)}</span>
        <span class="line-main">
          <span class="line-title">{sectionTitle(section)}</span>
          <span class="soft small-text">{house.categories[categories[0] ?? 0]?.label}{categories.length > 1 ? " …" : ""}</span>
        </span>
        <span class="line-end figures">
          <span>{free === undefined ? "" : freeText(free)}</span>
          <span class="soft small-text">{spanText(categories)}</span>
        </span>
      </button>
    </li>
  );
}

/** A category's colour with its letter: the one never without the other. */
export function Mark({ category }: { category: number }) {
  return <span class={`mark cat-${(category % 8) + 1}`}>{letterOf(category)}</span>;
}

function Rows({ house, section }: { house: Plan; section: Section }) {
  readsStatus();
  const open = (each: Row): void => {
    walked = true;
    leaveBy(`row ${each.label}`);
    chooseRow(each);
  };
  const known = house.status[section.first] !== UNKNOWN;
  const rows = section.rows.map((each) => ({ each, free: freeInRow(house, each) }));
  const shown = known ? rows.filter(({ each, free }) => free > 0 || own(house, each)) : rows;
  return (
    <>
      <Back text={t().list.backTo} on={() => choose(null)} />
      <Heading way={`section ${section.name}`}>{sectionTitle(section)}</Heading>
      <ul class="lines">
        {section.areas.map((area) => <AreaLine key={area.name} area={area} section={section} house={house} />)}
        {shown.map(({ each, free }) => each.kind === "whole" ? <TableLine key={each.label} house={house} row={each} /> : (
          <li key={each.label}>
            <button type="button" class="line" data-way={`row ${each.label}`} onClick={() => open(each)}>
              <span class="marks" aria-hidden="true"><Mark category={house.category[each.first] as number} /></span>
              <span class="line-main"><span class="line-title">{each.kind === "row" ? t().list.row : t().list.table} {each.label}</span></span>
              <span class="line-end figures">
                <span>{known ? freeText(free) : ""}</span>
                <span class="soft small-text">{spanText(new Set(each.seats.map((_, at) => house.category[each.first + at] as number)))}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {known && shown.length === 0 && section.areas.length === 0 && <p class="soft">{t().list.noneHere}</p>}
    </>
  );
}

function own(house: Plan, each: Row): boolean {
  return each.seats.some((_, at) => mine.value.has(house.sold(each.first + at)));
}

function TableLine({ house, row: table }: { house: Plan; row: Row }) {
  readsStatus();
  const label = house.sold(table.first);
  const held = mine.value.has(label);
  return (
    <li>
      <button type="button" class="line" aria-pressed={held} aria-disabled={pending.value.has(label)} onClick={() => void (held ? releaseSeat(label) : holdSeats([label]))}>
        <span class="marks" aria-hidden="true"><Mark category={house.category[table.first] as number} /></span>
        <span class="line-main">
          <span class="line-title">{t().list.table} {table.label}</span>
          <span class="soft small-text">{t().list.wholeTable(table.seats.length)}</span>
        </span>
        <span class="line-end figures"><span>{priceText(house.category[table.first] as number)}</span></span>
      </button>
    </li>
  );
}

const amounts = signal<Record<string, number>>({});

function AreaLine({ area, section, house }: { area: Area; section: Section; house: Plan }) {
  readsStatus();
  const free = freeInArea(section, area.name);
  const qty = amounts.value[area.name] ?? 1;
  const most = Math.max(1, Math.min(seatsPerHold.value, free ?? seatsPerHold.value));
  const held = items.value.find((item) => item.seat === area.name);
  const busy = pending.value.has(area.name);
  return (
    <li class="area">
      <div class="row apart">
        <span class="row"><Mark category={area.category} /><span class="line-main"><span class="line-title">{area.name}</span><span class="soft small-text">{house.categories[area.category]?.label}</span></span></span>
        <span class="line-end figures"><span>{free === undefined ? "" : freeText(free)}</span><span class="soft small-text">{priceText(area.category)}</span></span>
      </div>
      <div class="row">
        <Stepper value={qty} min={1} max={most} label={`${t().best.how} ${area.name}`} less={t().best.fewer} more={t().best.more} on={(next) => (amounts.value = { ...amounts.value, [area.name]: next })} />
        <button type="button" class="button primary" aria-disabled={busy} disabled={free === 0} onClick={() => void holdPlaces(area.name, qty, section.name)}>
          {plural(qty, t().list.take.one, t().list.take.other)}
        </button>
        {held && <button type="button" class="button quiet" aria-disabled={busy} onClick={() => void releaseSeat(area.name)}>{t().cart.removeShort}</button>}
      </div>
    </li>
  );
}

function Seats({ house, section, row: each }: { house: Plan; section: Section; row: Row }) {
  readsStatus();
  // A seat that goes while it is listed stays, as taken, so that focus never falls out of the list.
  const kept = useRef<{ row: Row; seats: Set<number> }>({ row: each, seats: new Set() });
  if (kept.current.row !== each) kept.current = { row: each, seats: new Set() };
  each.seats.forEach((_, at) => {
    const seat = each.first + at;
    if (house.status[seat] === FREE || mine.value.has(house.sold(seat))) kept.current.seats.add(seat);
  });
  const seats = each.seats.map((_, at) => each.first + at).filter((seat) => kept.current.seats.has(seat) || house.status[seat] === UNKNOWN);
  const title = `${each.kind === "row" ? t().list.row : t().list.table} ${each.label}`;
  return (
    <>
      <Back text={t().list.backToRows(section.name)} on={() => chooseRow(null)} />
      <Heading way={`row ${each.label}`}>{section.name}, {title}</Heading>
      <ul class="seats">{seats.map((seat) => <SeatButton key={seat} house={house} seat={seat} row={each} />)}</ul>
      {seats.length === 0 && <p class="soft">{t().list.noneHere}</p>}
    </>
  );
}

function SeatButton({ house, seat, row: each }: { house: Plan; seat: number; row: Row }) {
  readsStatus();
  const label = house.sold(seat);
  const held = mine.value.has(label);
  const free = mayBeFree(house.status[seat]);
  const category = house.category[seat] as number;
  const traits = each.attributes[String(seat - each.first)] ?? [];
  const shown = traits.filter((trait) => trait !== "aisle");
  const named = (trait: string): string => t().list.attributes[trait] ?? trait;
  const taken = !held && !free;
  const press = (): void => {
    if (taken || pending.value.has(label)) return;
    void (held ? releaseSeat(label) : holdSeats([label]));
  };
  return (
    <li>
      <button type="button" class={`seat cat-${(category % 8) + 1}`} aria-pressed={held} aria-disabled={taken || pending.value.has(label)} onClick={press}>
        <span class="seat-number">{held && <Icon name="tick" size={16} />}<span class="sr-only">{t().list.seat} </span>{each.seats[seat - each.first]}</span>
        <span class="seat-price small-text">{taken ? t().list.justTaken : priceText(category)}</span>
        <span class="sr-only">{house.categories[category]?.label}</span>
        {shown.length > 0 && <span class="seat-traits small-text">{shown.map(named).join(", ")}</span>}
        {traits.includes("aisle") && <span class="sr-only">{named("aisle")}</span>}
      </button>
    </li>
  );
}

