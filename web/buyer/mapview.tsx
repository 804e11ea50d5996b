/** The map with its controls: one picture for those who see, with everything in the list beside it for everybody. */
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { BLOCKED, FREE, HELD, mayBeFree, SOLD } from "../client/seatmap";
import { houseBox } from "../map/geometry";
import { letterOf } from "../map/palette";
import type { Plan, Section } from "../map/plan";
import { SeatMap } from "../map/seatmap";
import { number, t } from "../ui/i18n";
import { Icon } from "../ui/parts";
import { conflict, holdSeats, mine, pending, releaseSeat } from "./cart";
import { changes, freeInAll, freeOf, link, onSeats, watch } from "./live";
import { chosen, choose, sight, wanted } from "./chosen";
import { seatName } from "./names";
import { placesText, priceText, sale } from "./sale";

const tip = signal<{ seat: number; x: number; y: number } | null>(null);

/** What a press on a seat does: take it, or give it back. A seat that was not told of yet is asked for. */
export function press(house: Plan, seat: number): void {
  const label = house.sold(seat);
  if (pending.peek().has(label)) return;
  if (mine.peek().has(label)) void releaseSeat(label);
  else if (mayBeFree(house.status[seat])) void holdSeats([label]);
}

export function MapView({ house }: { house: Plan }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = useRef<SeatMap | null>(null);
  useEffect(() => {
    const made = makeMap(canvas.current as HTMLCanvasElement, house);
    map.current = made;
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const recolour = (): void => made.recolour();
    scheme.addEventListener("change", recolour);
    const forget = onSeats((seats) => made.changed(seats));
    return () => {
      forget();
      scheme.removeEventListener("change", recolour);
      made.destroy();
    };
  }, [house]);
  useSignalEffect(() => follow(map.current, house));
  useSignalEffect(() => {
    const section = chosen.value;
    if (!map.current) return;
    map.current.overlay.section = section;
    if (section) map.current.goTo(section);
  });
  useSignalEffect(() => {
    void wanted.value;
    map.current?.renew();
  });
  useSignalEffect(() => {
    if (sight.value) map.current?.goTo(sight.value);
  });
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On phones the map is as high as the house at its width, within limits.
    const { left, right, top, bottom } = houseBox(house);
    box.current?.style.setProperty("--house", String((right - left) / Math.max(1, bottom - top)));
  }, [house]);
  const free = freeInAll.value;
  return (
    <div ref={box} class={`map ${link.value.name === "stale" ? "dim" : ""}`}>
      <canvas ref={canvas} role="img" aria-label={t().map.summary(free === null ? "" : placesText(free), sale.value?.name ?? "")} />
      <div class="map-controls">
        <Control label={t().map.zoomIn} icon="plus" on={() => map.current?.zoomBy(1)} />
        <Control label={t().map.zoomOut} icon="minus" on={() => map.current?.zoomBy(-1)} />
        <Control label={t().map.whole} icon="whole" on={() => whole(map.current)} />
      </div>
      <ul class="map-key" aria-hidden="true">
        <li><span class="key-mine" />{t().map.legendMine}</li>
        <li><span class="key-held" />{t().map.legendHeld}</li>
        <li><span class="key-sold" />{t().map.legendSold}</li>
      </ul>
      <Tip house={house} />
    </div>
  );
}

function Control({ label, icon, on }: { label: string; icon: "plus" | "minus" | "whole"; on: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={on}>
      <Icon name={icon} />
    </button>
  );
}

function whole(map: SeatMap | null): void {
  choose(null);
  map?.goTo(null);
}

function makeMap(canvas: HTMLCanvasElement, house: Plan): SeatMap {
  const words = {
    free: (section: Section) => freeOf(section),
    count: number,
    soldOut: t().map.soldOut,
    stage: t().map.stage,
    faded: (category: number) => wanted.peek().size > 0 && !wanted.peek().has(category),
  };
  const map: SeatMap = new SeatMap(canvas, house, words, {
    tap: (hit) => {
      if (hit && "seat" in hit) press(house, hit.seat);
      else if (hit) choose(hit.section);
    },
    hover: (seat, x, y) => {
      tip.value = seat === null ? null : { seat, x, y };
    },
    moved: () => look(map, house),
  });
  return map;
}

/** Watch what is seen: seats where they are drawn, and always those of the section that was chosen or is held. */
function look(map: SeatMap, house: Plan): void {
  const seen = map.rung === "blocks" ? [] : map.seen();
  const held = [...mine.peek()].flatMap((label) => house.seats(label).slice(0, 1)).map((seat) => house.sections[house.sectionOf[seat] ?? 0]);
  const needed = [chosen.peek(), ...held, ...seen].filter((each): each is Section => Boolean(each));
  watch(house, new Set(needed));
}

function follow(map: SeatMap | null, house: Plan): void {
  const own = [...mine.value].flatMap((label) => house.seats(label));
  const going = [...pending.value].flatMap((label) => house.seats(label));
  const offered = (conflict.value?.problem.alternatives ?? []).flat().flatMap((label) => house.seats(label));
  void chosen.value;
  if (!map) return;
  map.overlay.mine = own;
  map.overlay.pending = going;
  map.overlay.offered = offered;
  look(map, house);
}

function Tip({ house }: { house: Plan }) {
  const at = tip.value;
  // The seat under the pointer may go while it is looked at.
  void changes.value;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.style.setProperty("transform", `translate(${at?.x ?? 0}px, ${at?.y ?? 0}px)`);
  });
  if (!at) return null;
  const label = house.sold(at.seat);
  const category = house.category[at.seat] as number;
  const status = house.status[at.seat] as number;
  const words = t().map.status;
  const state = mine.value.has(label) ? t().map.legendMine : { [FREE]: words.free, [HELD]: words.held, [SOLD]: words.sold, [BLOCKED]: words.blocked }[status];
  return (
    <div class="tip" ref={place} aria-hidden="true">
      <div class="tip-card">
        <strong>{seatName(label)}</strong>
        <span>
          {letterOf(category)} · {house.categories[category]?.label} {status === FREE ? `· ${priceText(category)}` : ""}
        </span>
        <span class="soft">{state}</span>
      </div>
    </div>
  );
}

