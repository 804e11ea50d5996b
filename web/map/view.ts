/** The camera: plan to screen and back, fitting, panning and zooming within bounds. Screen in CSS pixels. */
import type { Box, Point } from "./geometry";

const MARGIN_PX = 28;
/** Below the house is a key of what the pictures mean, which covers no seats. */
const FOOT_PX = 58;
/** The nearest one gets: the distance between two seats on the screen. */
const PITCH_MAX_PX = 56;

export class View {
  width = 1;
  height = 1;
  scale = 1;
  x = 0;
  y = 0;
  private scaleMin = 0;
  private scaleMax = 1;

  constructor(
    private readonly house: Box,
    private readonly pitch: number,
  ) {}

  /** The window has this size now; what was in the middle stays there. */
  resize(width: number, height: number): void {
    const fresh = this.width === 1;
    const [x, y] = this.toPlan(this.width / 2, this.height / 2);
    this.width = width;
    this.height = height;
    const fitted = this.scaleOf(this.house);
    this.scaleMin = fitted * 0.8;
    this.scaleMax = Math.max(PITCH_MAX_PX / this.pitch, fitted);
    if (fresh) this.fit(this.house);
    else this.centre(x, y, this.scale);
  }

  fit(box: Box): void {
    const fitted = this.framed(box);
    this.centre(fitted.x, fitted.y, fitted.scale);
  }

  /** What the camera has to be for a box to fill the window. */
  framed(box: Box): { x: number; y: number; scale: number } {
    const scale = this.clamped(this.scaleOf(box));
    return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 + (FOOT_PX - MARGIN_PX) / 2 / scale, scale };
  }

  get middle(): { x: number; y: number; scale: number } {
    const [x, y] = this.toPlan(this.width / 2, this.height / 2);
    return { x, y, scale: this.scale };
  }

  /** Look at a point of the plan at a scale; within the house. */
  centre(x: number, y: number, scale: number): void {
    this.scale = this.clamped(scale);
    const { left, right, top, bottom } = this.house;
    this.x = this.width / 2 - Math.min(right, Math.max(left, x)) * this.scale;
    this.y = this.height / 2 - Math.min(bottom, Math.max(top, y)) * this.scale;
  }

  pan(dx: number, dy: number): void {
    const { x, y, scale } = this.middle;
    this.centre(x - dx / scale, y - dy / scale, scale);
  }

  /** Nearer or farther; what is under (px, py) stays there. */
  zoom(factor: number, px: number, py: number): void {
    const [x, y] = this.toPlan(px, py);
    const scale = this.clamped(this.scale * factor);
    this.centre(x + (this.width / 2 - px) / scale, y + (this.height / 2 - py) / scale, scale);
  }

  toPlan(px: number, py: number): Point {
    return [(px - this.x) / this.scale, (py - this.y) / this.scale];
  }

  /** The part of the plan that is seen, with a margin in shares of the window. */
  seen(margin = 0): Box {
    const [left, top] = this.toPlan(-margin * this.width, -margin * this.height);
    const [right, bottom] = this.toPlan((1 + margin) * this.width, (1 + margin) * this.height);
    return { left, top, right, bottom };
  }

  get farthest(): boolean {
    return this.scale <= this.scaleMin * 1.01;
  }

  get nearest(): boolean {
    return this.scale >= this.scaleMax * 0.99;
  }

  private clamped(scale: number): number {
    return Math.min(this.scaleMax, Math.max(this.scaleMin, scale));
  }

  private scaleOf(box: Box): number {
    const across = (this.width - 2 * MARGIN_PX) / Math.max(1, box.right - box.left);
    const down = (this.height - MARGIN_PX - FOOT_PX) / Math.max(1, box.bottom - box.top);
    return Math.max(1e-6, Math.min(across, down));
  }
}
