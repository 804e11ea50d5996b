/** A seat's picture for each category and status, drawn once for a size and stamped from then on. */
import { BLOCKED, FREE, HELD, SOLD } from "../client/seatmap";
import { letterOf, type Palette } from "./palette";
import { LETTERS_FROM_PX, NUMBERS_FROM_PX, type Rung } from "./rungs";

export interface Sprite {
  picture: CanvasImageSource;
  /** Edge length in CSS pixels; the seat is in the middle. */
  size: number;
}

export type MakeCanvas = (width: number, height: number) => HTMLCanvasElement | OffscreenCanvas;

const SQUARE_SHARE = 0.74;
const DISC_SHARE = 0.82;
const TAU = 2 * Math.PI;
const WHEELCHAIR = "♿︎";
const NUMBER_MAX_PX = 15;
/** Pictures with numbers that are kept; most houses have a tenth of them. */
const NUMBERED_MAX = 1_024;

export class Sprites {
  private readonly kept: (Sprite | undefined)[] = [];
  private readonly numbers = new Map<string, Sprite>();

  constructor(
    private readonly palette: Palette,
    readonly rung: Rung,
    readonly pitchPx: number,
    readonly ratio: number,
    private readonly make: MakeCanvas,
  ) {}

  /** The picture of a seat; `wheelchair` is 0 or 1. */
  of(category: number, status: number, wheelchair: number): Sprite {
    const key = category * 32 + status * 2 + wheelchair;
    return (this.kept[key] ??= this.draw(category, status, wheelchair === 1));
  }

  /** The picture of a free seat with its number: drawn once, because letters cost more than all else of a seat. */
  numbered(category: number, wheelchair: number, label: string): Sprite {
    const key = `${category} ${wheelchair} ${label}`;
    let found = this.numbers.get(key);
    if (!found) {
      if (this.numbers.size >= NUMBERED_MAX) this.numbers.clear();
      this.numbers.set(key, (found = this.draw(category, FREE, wheelchair === 1, label)));
    }
    return found;
  }

  /** The radius of a free seat. */
  get radius(): number {
    const share = this.rung === "discs" ? DISC_SHARE : SQUARE_SHARE;
    return Math.max(1, (this.pitchPx * share) / 2);
  }

  private draw(category: number, status: number, wheelchair: boolean, label?: string): Sprite {
    const size = Math.ceil(this.pitchPx) + 2;
    const canvas = this.make(Math.ceil(size * this.ratio), Math.ceil(size * this.ratio));
    const pen = canvas.getContext("2d") as CanvasRenderingContext2D | null;
    if (!pen) throw new Error("this browser draws no canvas");
    pen.scale(this.ratio, this.ratio);
    pen.translate(size / 2, size / 2);
    this.shape(pen, category, status, wheelchair);
    if (label !== undefined) this.number(pen, wheelchair ? WHEELCHAIR : label);
    return { picture: canvas, size };
  }

  private shape(pen: CanvasRenderingContext2D, category: number, status: number, wheelchair: boolean): void {
    const colour = this.palette.categories[category % this.palette.categories.length] as string;
    if (status === FREE) {
      pen.fillStyle = colour;
      this.path(pen, this.radius, wheelchair);
      pen.fill();
      if (this.pitchPx >= LETTERS_FROM_PX && this.pitchPx < NUMBERS_FROM_PX) this.letter(pen, wheelchair ? WHEELCHAIR : letterOf(category));
    } else if (status === HELD) {
      pen.strokeStyle = this.palette.held;
      pen.lineWidth = Math.max(1, this.pitchPx / 12);
      this.path(pen, this.radius - pen.lineWidth / 2, wheelchair);
      pen.stroke();
    } else if (status === SOLD || status === BLOCKED) {
      pen.fillStyle = this.palette.gone;
      pen.globalAlpha = status === SOLD ? 0.75 : 0.3;
      this.path(pen, Math.max(0.6, this.radius * 0.3), wheelchair);
      pen.fill();
    } else {
      pen.fillStyle = colour;
      pen.globalAlpha = 0.22;
      this.path(pen, this.radius, wheelchair);
      pen.fill();
    }
  }

  private path(pen: CanvasRenderingContext2D, radius: number, wheelchair: boolean): void {
    pen.beginPath();
    if (this.rung === "squares" || wheelchair) {
      const corner = this.rung === "squares" ? radius * 0.35 : radius * 0.3;
      pen.roundRect(-radius, -radius, 2 * radius, 2 * radius, corner);
    } else pen.arc(0, 0, radius, 0, TAU);
  }

  private number(pen: CanvasRenderingContext2D, text: string): void {
    pen.fillStyle = this.palette.ground;
    pen.font = `600 ${Math.round(Math.min(NUMBER_MAX_PX, this.pitchPx * 0.4))}px ${this.palette.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, 0, 0.5);
  }

  private letter(pen: CanvasRenderingContext2D, text: string): void {
    pen.fillStyle = this.palette.ground;
    pen.font = `600 ${Math.round(this.pitchPx * 0.5)}px ${this.palette.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, 0, this.pitchPx * 0.03);
  }
}
