/** A plan as a picture that does not change. */
import { useEffect, useRef } from "preact/hooks";
import { FREE } from "../client/seatmap";
import { houseBox } from "../map/geometry";
import { letterOf } from "../map/palette";
import type { Plan, Section } from "../map/plan";
import { SeatMap } from "../map/seatmap";
import { number, t } from "../ui/i18n";
import { Icon } from "../ui/parts";
import type { Spot } from "./places";

interface Drawn {
  house: Plan;
  name: string;
  /** What stands above the picture, where there are two. */
  title?: string;
  /** Whether seats are shown as they are held and sold, rather than all free. */
  sold?: boolean;
  /** What is gone to and marked, each time it is another one. */
  spot?: Spot | null;
}

export function Drawing({ house, name, title, sold, spot }: Drawn) {
  const figure = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<SeatMap | null>(null);
  useEffect(() => {
    if (!sold) house.status.fill(FREE);
    const words = { free: (section: Section) => section.capacity, count: number, soldOut: t().map.soldOut, stage: t().map.stage };
    const made: SeatMap = new SeatMap(canvas.current as HTMLCanvasElement, house, words, {
      tap: (hit) => hit && !("seat" in hit) && made.goTo(hit.section),
      hover: () => {},
      moved: () => {},
    });
    map.current = made;
    const { left, right, top, bottom } = houseBox(house);
    box.current?.style.setProperty("--house", String((right - left) / Math.max(1, bottom - top)));
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const recolour = (): void => made.recolour();
    scheme.addEventListener("change", recolour);
    return () => {
      scheme.removeEventListener("change", recolour);
      made.destroy();
    };
  }, [house, sold]);
  useEffect(() => {
    const made = map.current;
    if (!made || !spot) return;
    made.goTo(spot.section);
    made.overlay.section = spot.section;
    made.overlay.offered = spot.seats;
    figure.current?.focus();
  }, [spot]);
  return (
    <figure ref={figure} class="drawing" tabIndex={-1} aria-label={name}>
      {title && <p class="strong">{title}</p>}
      <div ref={box} class="map">
        <canvas ref={canvas} role="img" aria-label={name} />
        <div class="map-controls">
          <button type="button" class="icon-button" aria-label={t().map.zoomIn} onClick={() => map.current?.zoomBy(1)}><Icon name="plus" /></button>
          <button type="button" class="icon-button" aria-label={t().map.zoomOut} onClick={() => map.current?.zoomBy(-1)}><Icon name="minus" /></button>
          <button type="button" class="icon-button" aria-label={t().map.whole} onClick={() => map.current?.goTo(null)}><Icon name="whole" /></button>
        </div>
      </div>
      <figcaption>
        <ul class="legend">{house.categories.map((each, at) => <li key={each.key} class="row"><span class={`mark cat-${(at % 8) + 1}`} aria-hidden="true">{letterOf(at)}</span>{each.label}</li>)}</ul>
      </figcaption>
    </figure>
  );
}
