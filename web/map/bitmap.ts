/**
 * The picture of a house that the window shows a part of: half as large again, moved with the window, changed seats painted alone.
 *
 * A picture of many seats takes longer than a frame may: it is painted in slices onto a second bitmap while the first one is
 * still shown, stretched if need be, and takes its place when it is whole.
 */
import type { Box } from "./geometry";
import type { Camera, Painter, Piece } from "./paint";
import type { Plan } from "./plan";
import { rungOf } from "./rungs";
import { Sprites } from "./sprites";
import type { View } from "./view";

const SHARE = 1.5;
const MARGIN = (SHARE - 1) / 2;
/** How much of the margin may be left before the next picture is begun. */
const MARGIN_LEFT_MIN = 0.4;
const SLICE_MS = 4;
/** A picture that took longer is not painted while the window zooms: the old one is stretched meanwhile. */
const SLOW_MS = 12;
/** Changed seats are looked at by so many between two looks at the clock. */
const DIRTY_STEP = 64;
/** So many changed seats are painted anew with everything else. */
const DIRTY_MAX = 20_000;

interface Picture {
  canvas: HTMLCanvasElement;
  camera: Camera;
  sprites: Sprites;
}

interface Job extends Picture {
  box: Box;
  left: Piece[];
  spentMs: number;
  /** Seats that changed since the job began; their piece may have been painted before. */
  late: Set<number>;
}

/** Where canvases and the time come from, so that tests can hand in their own. */
export interface Studio {
  canvas(width: number, height: number): HTMLCanvasElement;
  now(): number;
}

const browser: Studio = {
  canvas: (width, height) => Object.assign(document.createElement("canvas"), { width, height }),
  now: () => performance.now(),
};

export class Bitmap {
  private shown: Picture | null = null;
  private spare: HTMLCanvasElement | null = null;
  private job: Job | null = null;
  private readonly dirty = new Set<number>();
  private old = false;
  private paintMs = 0;
  /** When a whole picture was finished last. */
  paintedMs = 0;

  constructor(
    private readonly plan: Plan,
    private painter: Painter,
    private readonly studio: Studio = browser,
  ) {}

  /** Paint with other colours, everything and at once. */
  recolour(painter: Painter): void {
    this.painter = painter;
    this.shown = this.job = null;
  }

  /** Paint everything anew, at once: the window has another size. */
  resized(): void {
    this.shown = this.job = null;
  }

  /** Something changed that is no seat: everything is painted anew as soon as there is time. */
  renew(): void {
    this.old = true;
  }

  changed(seats: readonly number[]): void {
    for (const seat of seats) {
      this.dirty.add(seat);
      this.job?.late.add(seat);
    }
    if (this.dirty.size > DIRTY_MAX) this.old = true;
  }

  /** Whether what is shown was painted for another scale. */
  stretched(view: View): boolean {
    return this.shown !== null && this.shown.camera.scale !== view.scale;
  }

  /** Come up to date as far as a frame has time for; true when more is left to do. */
  update(view: View, ratio: number): boolean {
    if (this.job && this.job.camera.scale !== view.scale) {
      this.job = null;
      this.paintMs = SLOW_MS;
    }
    if (!this.job && this.stale(view)) this.begin(view, ratio);
    if (this.job) this.slice(this.job);
    this.touchUp(view);
    return this.job !== null || this.dirty.size > 0 || this.stale(view);
  }

  private stale(view: View): boolean {
    if (!this.shown || this.old) return true;
    const { camera } = this.shown;
    if (camera.scale !== view.scale) return this.paintMs < SLOW_MS;
    const left = (at: number, size: number): number => Math.min(at, (SHARE - 1) * size - at) / (MARGIN * size);
    return Math.min(left(camera.x - view.x, view.width), left(camera.y - view.y, view.height)) < MARGIN_LEFT_MIN;
  }

  private begin(view: View, ratio: number): void {
    const { width, height, scale } = view;
    const [wide, high] = [Math.round(width * SHARE * ratio), Math.round(height * SHARE * ratio)];
    const spare = this.spare;
    const canvas = spare?.width === wide && spare.height === high ? spare : this.studio.canvas(wide, high);
    const camera = { scale, x: view.x + width * MARGIN, y: view.y + height * MARGIN };
    const box = view.seen(MARGIN);
    const sprites = this.sprites(scale, ratio);
    const left = this.painter.begin(pen(canvas, ratio), box, width * SHARE, height * SHARE, sprites.rung);
    this.job = { canvas, camera, sprites, box, left, spentMs: 0, late: new Set() };
    this.old = false;
  }

  private slice(job: Job): void {
    const started = this.studio.now();
    const whole = !this.shown || job.sprites.rung === "blocks";
    const mayTakeMs = this.paintMs < SLOW_MS ? SLOW_MS : SLICE_MS;
    const ink = pen(job.canvas, job.sprites.ratio);
    const spent = (): number => this.studio.now() - started;
    if (whole) this.painter.pieces(ink, job.camera, job.left.splice(0), job.box, job.sprites);
    // One piece at least, or a slow machine would never have done.
    do this.painter.pieces(ink, job.camera, job.left.splice(0, 1), job.box, job.sprites);
    while (job.left.length && spent() < mayTakeMs);
    job.spentMs += spent();
    if (!job.left.length) this.finish(job);
  }

  private finish(job: Job): void {
    this.painter.stage(pen(job.canvas, job.sprites.ratio), job.camera);
    this.spare = this.shown?.canvas ?? null;
    this.shown = job;
    this.job = null;
    this.dirty.clear();
    for (const seat of job.late) this.dirty.add(seat);
    this.paintMs = job.spentMs;
    this.paintedMs = this.studio.now();
  }

  private touchUp(view: View): void {
    if (!this.dirty.size || !this.shown) return;
    const { canvas, camera, sprites } = this.shown;
    if (sprites.rung === "blocks") return this.dirty.clear();
    const started = this.studio.now();
    const ink = pen(canvas, sprites.ratio);
    const box = view.seen(MARGIN);
    let count = 0;
    for (const seat of this.dirty) {
      this.dirty.delete(seat);
      const [x, y] = [this.plan.x[seat] as number, this.plan.y[seat] as number];
      if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) this.painter.seat(ink, camera, seat, sprites);
      count += 1;
      if (count % DIRTY_STEP === 0 && this.studio.now() - started > SLICE_MS) return;
    }
  }

  private sprites(scale: number, ratio: number): Sprites {
    const pitchPx = this.plan.pitch * scale;
    const kept = this.shown?.sprites;
    if (kept && kept.pitchPx === pitchPx && kept.ratio === ratio) return kept;
    const make = (width: number, height: number): HTMLCanvasElement => this.studio.canvas(width, height);
    return new Sprites(this.painter.palette, rungOf(pitchPx, this.plan.count), pitchPx, ratio, make);
  }

  /** Put the part that the window shows onto the window's canvas. */
  compose(onto: CanvasRenderingContext2D, view: View): void {
    if (!this.shown) return;
    const { canvas, camera } = this.shown;
    const zoom = view.scale / camera.scale;
    const [left, top] = [view.x - camera.x * zoom, view.y - camera.y * zoom];
    onto.drawImage(canvas, left, top, view.width * SHARE * zoom, view.height * SHARE * zoom);
  }
}

function pen(canvas: HTMLCanvasElement, ratio: number): CanvasRenderingContext2D {
  const found = canvas.getContext("2d", { alpha: false });
  if (!found) throw new Error("this browser draws no canvas");
  found.setTransform(ratio, 0, 0, ratio, 0, 0);
  return found;
}
