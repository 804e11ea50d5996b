/** The house by how much of each section is sold, held or free; close up its seats. The same in figures as a table. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { onSeats, watch, type Counts } from "../buyer/live";
import { seatName } from "../buyer/names";
import { freeText } from "../buyer/sale";
import { houseBox } from "../map/geometry";
import type { Hit } from "../map/hit";
import type { Plan, Section } from "../map/plan";
import type { Rung } from "../map/rungs";
import { SeatMap } from "../map/seatmap";
import { number, t } from "../ui/i18n";
import { Icon } from "../ui/parts";
import { eventId } from "./house";
import { layer, LAYERS, NONE, shareOf, statusOf } from "./sections";
import { h } from "./texts";

const tip = signal<{ seat: number; x: number; y: number } | null>(null);
const rung = signal<Rung>("blocks");

interface Shown {
  house: Plan;
  counts: ReadonlyMap<string, Counts>;
  /** Whether seats that are looked at are to be watched. */
  live: boolean;
  dim: boolean;
}

export function Heat({ house, counts, live, dim }: Shown) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<SeatMap | null>(null);
  const shown = useRef(counts);
  shown.current = counts;
  useEffect(() => {
    const words = {
      free: (section: Section) => shown.current.get(section.name)?.free,
      count: number,
      soldOut: t().map.soldOut,
      stage: t().map.stage,
      shade: (section: Section) => {
        const known = shown.current.get(section.name);
        // Close up seats tell of themselves, and what is told of areas beside them is what is free.
        if (rung.peek() !== "blocks") return { share: shareOf(section, known, "free"), text: known ? freeText(known.free) : "" };
        return { share: shareOf(section, known, layer.peek()), text: known ? number(known[layer.peek()]) : "" };
      },
    };
    const made: SeatMap = new SeatMap(canvas.current as HTMLCanvasElement, house, words, {
      tap: (hit) => tapped(house, made, hit),
      hover: (seat, x, y) => (tip.value = seat === null ? null : { seat, x, y }),
      moved: () => {
        rung.value = made.rung;
        if (live) watch(house, made.rung === "blocks" ? [] : made.seen());
      },
    });
    map.current = made;
    const { left, right, top, bottom } = houseBox(house);
    box.current?.style.setProperty("--house", String((right - left) / Math.max(1, bottom - top)));
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const recolour = (): void => made.recolour();
    scheme.addEventListener("change", recolour);
    const forget = live ? onSeats((seats) => made.changed(seats)) : () => {};
    return () => {
      forget();
      scheme.removeEventListener("change", recolour);
      made.destroy();
    };
  }, [house, live]);
  const which = layer.value;
  useEffect(() => map.current?.changed(null), [counts, which]);
  return (
    <div class="heat">
      <div ref={box} class={`map ${dim ? "dim" : ""}`}>
        <canvas ref={canvas} role="img" aria-label={h().heat.summary(house.sections.length)} />
        <div class="map-controls">
          <Control label={t().map.zoomIn} icon="plus" on={() => map.current?.zoomBy(1)} />
          <Control label={t().map.zoomOut} icon="minus" on={() => map.current?.zoomBy(-1)} />
          <Control label={t().map.whole} icon="whole" on={() => map.current?.goTo(null)} />
        </div>
        <Tip house={house} />
      </div>
      {rung.value === "blocks" ? <Scale /> : <SeatKey />}
      <SectionTable house={house} counts={counts} />
    </div>
  );
}

/** A press on a section goes there, one on a seat to what happened to it. */
function tapped(house: Plan, map: SeatMap, hit: Hit): void {
  if (hit && "seat" in hit) location.assign(`/board/${eventId}/seats?seat=${encodeURIComponent(house.sold(hit.seat))}`);
  else if (hit) map.goTo(hit.section);
}

function Control({ label, icon, on }: { label: string; icon: "plus" | "minus" | "whole"; on: () => void }) {
  return <button type="button" class="icon-button" aria-label={label} title={label} onClick={on}><Icon name={icon} /></button>;
}

/** What the shades mean, and which figure they show. */
function Scale() {
  const words = h().heat;
  return (
    <div class="heat-key">
      <fieldset class="choices">
        <legend class="sr-only">{words.layer}</legend>
        {LAYERS.map((each) => (
          <label key={each} class="choice-pill">
            <input type="radio" name="layer" checked={layer.value === each} onChange={() => (layer.value = each)} />
            <span>{words.layers[each]}</span>
          </label>
        ))}
      </fieldset>
      <p class="heat-scale small-text soft"><span>0 %</span><span class="heat-bar" aria-hidden="true" /><span>100 %</span></p>
    </div>
  );
}

/** Close up each seat is told by its shape. */
function SeatKey() {
  const words = h().heat;
  return (
    <ul class="heat-key seat-key small-text soft">
      <li><span class="key-free" />{words.layers.free}</li>
      <li><span class="key-held" />{words.layers.held}</li>
      <li><span class="key-sold" />{words.layers.sold}</li>
      <li class="seat-press">{words.press}</li>
    </ul>
  );
}

function SectionTable({ house, counts }: { house: Plan; counts: ReadonlyMap<string, Counts> }) {
  const words = h().heat;
  return (
    <details class="heat-table">
      <summary>{words.table}</summary>
      <div class="scroller" tabIndex={0} role="region" aria-label={words.table}>
        <table class="table figures">
          <thead><tr><th scope="col">{words.section}</th>{LAYERS.map((each) => <th scope="col" key={each}>{words.layers[each]}</th>)}</tr></thead>
          <tbody>
            {house.sections.map((section) => {
              const known = counts.get(section.name) ?? NONE;
              return (
                <tr key={section.name}>
                  <th scope="row">{section.name}</th>
                  {LAYERS.map((each) => <td key={each}>{number(known[each])}</td>)}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Tip({ house }: { house: Plan }) {
  const at = tip.value;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.style.setProperty("transform", `translate(${at?.x ?? 0}px, ${at?.y ?? 0}px)`);
  });
  if (!at) return null;
  const status = statusOf(house, at.seat);
  return (
    <div class="tip" ref={place} aria-hidden="true">
      <div class="tip-card">
        <strong>{seatName(house.sold(at.seat))}</strong>
        <span>{house.categories[house.category[at.seat] as number]?.label}</span>
        <span class="soft">{status ? h().heat.status[status] : ""}</span>
      </div>
    </div>
  );
}
