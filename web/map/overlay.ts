/** What is drawn over the bitmap in every frame: own seats, seats on their way, what is offered, and what is looked at. */
import { boxOf, type Ring } from "./geometry";
import type { Palette } from "./palette";
import type { Plan, Section } from "./plan";
import type { Rung } from "./rungs";
import type { View } from "./view";

const PULSE_MS = 1_400;
const RADIUS_MIN_PX = 4;
const TAU = 2 * Math.PI;

export class Overlay {
  private mineNow: readonly number[] = [];
  private pendingNow: readonly number[] = [];
  private offeredNow: readonly number[] = [];
  private offeredSince = 0;
  private hoverNow: number | null = null;
  private sectionNow: Section | null = null;

  constructor(
    private readonly plan: Plan,
    private readonly changed: () => void,
  ) {}

  set mine(seats: readonly number[]) {
    this.mineNow = seats;
    this.changed();
  }

  set pending(seats: readonly number[]) {
    this.pendingNow = seats;
    this.changed();
  }

  set offered(seats: readonly number[]) {
    this.offeredNow = seats;
    this.offeredSince = performance.now();
    this.changed();
  }

  set hover(seat: number | null) {
    if (seat === this.hoverNow) return;
    this.hoverNow = seat;
    this.changed();
  }

  set section(section: Section | null) {
    this.sectionNow = section;
    this.changed();
  }

  /** Whether something still moves: one pulse, and then nothing. */
  moving(nowMs: number): boolean {
    return this.offeredNow.length > 0 && nowMs - this.offeredSince < PULSE_MS;
  }

  draw(pen: CanvasRenderingContext2D, view: View, palette: Palette, rung: Rung, nowMs: number): void {
    const radius = Math.max(RADIUS_MIN_PX, this.plan.pitch * view.scale * 0.41);
    if (this.sectionNow && rung === "blocks") this.outline(pen, view, this.sectionNow.outline, palette);
    for (const seat of this.offeredNow) this.ring(pen, view, seat, radius + this.pulse(nowMs), 2.5, palette.accent);
    for (const seat of this.pendingNow) this.ring(pen, view, seat, radius, 2.5, palette.accent);
    for (const seat of this.mineNow) this.own(pen, view, seat, radius, palette);
    if (this.hoverNow !== null) this.ring(pen, view, this.hoverNow, radius + 2, 2, palette.ink);
  }

  private pulse(nowMs: number): number {
    const share = Math.min(1, (nowMs - this.offeredSince) / PULSE_MS);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return still ? 2 : 2 + 7 * Math.sin(share * Math.PI) ** 2;
  }

  private place(view: View, seat: number): [number, number] {
    return [(this.plan.x[seat] as number) * view.scale + view.x, (this.plan.y[seat] as number) * view.scale + view.y];
  }

  private ring(pen: CanvasRenderingContext2D, view: View, seat: number, radius: number, width: number, colour: string): void {
    const [x, y] = this.place(view, seat);
    pen.beginPath();
    pen.arc(x, y, radius, 0, TAU);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
  }

  private own(pen: CanvasRenderingContext2D, view: View, seat: number, radius: number, palette: Palette): void {
    const [x, y] = this.place(view, seat);
    pen.beginPath();
    pen.arc(x, y, radius + 1.5, 0, TAU);
    pen.fillStyle = palette.accent;
    pen.fill();
    pen.strokeStyle = palette.ground;
    pen.lineWidth = 1.5;
    pen.stroke();
    pen.beginPath();
    pen.moveTo(x - radius * 0.45, y + radius * 0.02);
    pen.lineTo(x - radius * 0.1, y + radius * 0.38);
    pen.lineTo(x + radius * 0.48, y - radius * 0.36);
    pen.strokeStyle = palette.onAccent;
    pen.lineWidth = Math.max(1.5, radius * 0.24);
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.stroke();
  }

  private outline(pen: CanvasRenderingContext2D, view: View, ring: Ring, palette: Palette): void {
    const box = boxOf(ring);
    if (box.right <= box.left) return;
    pen.beginPath();
    ring.forEach(([x, y], at) => {
      const [px, py] = [x * view.scale + view.x, y * view.scale + view.y];
      if (at === 0) pen.moveTo(px, py);
      else pen.lineTo(px, py);
    });
    pen.closePath();
    pen.lineJoin = "round";
    pen.strokeStyle = palette.accent;
    pen.lineWidth = 3;
    pen.stroke();
  }
}
