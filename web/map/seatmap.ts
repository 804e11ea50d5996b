/** The live map on a canvas: its picture, gestures over it, own seats on top. */
import { Bitmap } from "./bitmap";
import { boxOf, grown, houseBox, type Box } from "./geometry";
import { attach } from "./gestures";
import { HitTest, type Hit } from "./hit";
import { Overlay } from "./overlay";
import { Painter, type Camera, type Words } from "./paint";
import { readPalette } from "./palette";
import type { Plan, Section } from "./plan";
import { rungOf, type Rung } from "./rungs";
import { View } from "./view";

const TAP_REACH_PX = 16;
const SETTLE_MS = 90;
const BLOCKS_EVERY_MS = 250;
const GLIDE_MS = 320;
/** Finer screens exist; three times the pixels cost a phone more than they show. */
const RATIO_MAX = 2;
const ZOOM_STEP = 1.6;

export interface SeatMapEvents {
  tap(hit: Hit): void;
  hover(seat: number | null, x: number, y: number): void;
  /** The camera came to rest somewhere else, or a rung was crossed. */
  moved(): void;
}

export class SeatMap {
  readonly view: View;
  readonly overlay: Overlay;
  private readonly hits: HitTest;
  private painter: Painter;
  private readonly bitmap: Bitmap;
  private frame = 0;
  private settle = 0;
  private blocks = 0;
  private glide: { from: Camera; to: Camera; since: number } | null = null;
  /** What was gone to last, until somebody moves by hand: a window of another size is filled with it again. */
  private aim: Section | null | undefined = null;
  private readonly detach: () => void;
  private readonly sizes: ResizeObserver;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly plan: Plan,
    private readonly words: Words,
    private readonly events: SeatMapEvents,
  ) {
    this.view = new View(houseBox(plan), plan.pitch);
    this.hits = new HitTest(plan);
    this.painter = new Painter(plan, readPalette(canvas), words);
    this.bitmap = new Bitmap(plan, this.painter);
    this.overlay = new Overlay(plan, () => this.schedule());
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(canvas);
    this.detach = attach(canvas, {
      pan: (dx, dy) => this.move(() => this.view.pan(dx, dy)),
      zoom: (factor, x, y) => this.move(() => this.view.zoom(factor, x, y)),
      tap: (x, y) => this.events.tap(this.under(x, y)),
      hover: (x, y) => this.hovered(x, y),
      leave: () => this.events.hover(null, 0, 0),
    });
  }

  destroy(): void {
    this.detach();
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.settle);
    clearTimeout(this.blocks);
  }

  get rung(): Rung {
    return rungOf(this.plan.pitch * this.view.scale, this.plan.count);
  }

  /** The sections of which anything is seen. */
  seen(): Section[] {
    const box = this.view.seen(0.1);
    return this.plan.sections.filter((section) => {
      const its = boxOf(section.outline);
      return its.left <= box.right && its.right >= box.left && its.top <= box.bottom && its.bottom >= box.top;
    });
  }

  /** These seats have another status; null when counts changed, which blocks and areas tell. */
  changed(seats: readonly number[] | null): void {
    if (seats) this.bitmap.changed(seats);
    if (this.rung === "blocks") this.repaintBlocks();
    else {
      if (!seats && this.seen().some((section) => section.areas.length)) this.bitmap.renew();
      this.schedule();
    }
  }

  /** Blocks tell counts, which move with every seat: some times a second is enough, and the last one always counts. */
  private repaintBlocks(): void {
    if (this.blocks) return;
    const wait = Math.max(0, BLOCKS_EVERY_MS - (performance.now() - this.bitmap.paintedMs));
    this.blocks = window.setTimeout(() => {
      this.blocks = 0;
      this.renew();
    }, wait);
  }

  /** Something else is looked for: other categories fade. */
  renew(): void {
    this.bitmap.renew();
    this.schedule();
  }

  /** The scheme changed: every colour is another. */
  recolour(): void {
    this.painter = new Painter(this.plan, readPalette(this.canvas), this.words);
    this.bitmap.recolour(this.painter);
    this.schedule();
  }

  zoomBy(steps: number): void {
    this.aim = undefined;
    const { x, y, scale } = this.view.middle;
    this.glideTo({ x, y, scale: scale * ZOOM_STEP ** steps });
  }

  goTo(section: Section | null): void {
    this.aim = section;
    this.glideTo(this.view.framed(this.boxTo(section)));
  }

  private boxTo(section: Section | null): Box {
    return section ? grown(boxOf(section.outline), this.plan.pitch * 1.5) : houseBox(this.plan);
  }

  private glideTo(to: Camera): void {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.view.centre(to.x, to.y, to.scale);
    else this.glide = { from: this.view.middle, to, since: performance.now() };
    this.schedule();
    this.rest();
  }

  private move(change: () => void): void {
    this.glide = null;
    this.aim = undefined;
    change();
    this.schedule();
    this.rest();
  }

  private rest(): void {
    clearTimeout(this.settle);
    this.settle = window.setTimeout(() => {
      if (this.glide) return this.rest();
      if (this.bitmap.stretched(this.view)) this.bitmap.renew();
      this.schedule();
      this.events.moved();
    }, SETTLE_MS);
  }

  private resized(): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || !clientHeight) return;
    const ratio = this.ratio;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.view.resize(clientWidth, clientHeight);
    if (this.aim !== undefined) {
      this.glide = null;
      this.view.fit(this.boxTo(this.aim));
    }
    this.bitmap.resized();
    this.draw();
    this.events.moved();
  }

  private get ratio(): number {
    return Math.min(RATIO_MAX, window.devicePixelRatio || 1);
  }

  private under(x: number, y: number): Hit {
    const [px, py] = this.view.toPlan(x, y);
    const reach = Math.max(this.plan.pitch * 0.6, TAP_REACH_PX / this.view.scale);
    return this.hits.at(px, py, Math.min(reach, this.plan.pitch), this.rung !== "blocks");
  }

  private hovered(x: number, y: number): void {
    const hit = this.under(x, y);
    const seat = hit && "seat" in hit ? hit.seat : null;
    this.canvas.style.setProperty("cursor", hit ? "pointer" : "grab");
    this.overlay.hover = seat;
    this.events.hover(seat, x, y);
  }

  private schedule(): void {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    const now = performance.now();
    this.advance(now);
    const more = this.bitmap.update(this.view, this.ratio);
    this.compose();
    if (more || this.overlay.moving(now)) this.schedule();
  }

  private advance(now: number): void {
    if (!this.glide) return;
    const { from, to, since } = this.glide;
    const done = Math.min(1, (now - since) / GLIDE_MS);
    const eased = 1 - (1 - done) ** 3;
    const between = (one: number, other: number): number => one + (other - one) * eased;
    this.view.centre(between(from.x, to.x), between(from.y, to.y), from.scale * (to.scale / from.scale) ** eased);
    if (done === 1) this.glide = null;
    this.schedule();
  }

  private compose(): void {
    const pen = this.canvas.getContext("2d", { alpha: false });
    if (!pen) return;
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.fillStyle = this.painter.palette.ground;
    pen.fillRect(0, 0, this.view.width, this.view.height);
    this.bitmap.compose(pen, this.view);
    this.overlay.draw(pen, this.view, this.painter.palette, this.rung, performance.now());
  }
}
