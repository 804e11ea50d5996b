/** Draws a house onto a bitmap: all of what a box shows, or one seat anew. Coordinates in CSS pixels of the bitmap. */
import { FREE, UNKNOWN } from "../client/seatmap";
import { boxOf, centroid, grown, labelPoint, meets, openAngle, roomAt, type Box, type Point, type Ring } from "./geometry";
import { mix, type Palette } from "./palette";
import type { Plan, Section } from "./plan";
import { NUMBERS_FROM_PX, type Rung } from "./rungs";
import type { Sprite, Sprites } from "./sprites";

export interface Camera {
  scale: number;
  x: number;
  y: number;
}

/** The part of a canvas's context that is used, so that tests can record it. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | "fillStyle" | "strokeStyle" | "lineWidth" | "lineJoin" | "font" | "textAlign" | "textBaseline" | "globalAlpha"
  | "fillRect" | "beginPath" | "moveTo" | "lineTo" | "closePath" | "fill" | "stroke" | "fillText" | "drawImage"
  | "measureText" | "roundRect"
>; // prettier-ignore

export interface Words {
  /** How many are free in a section, if that is known. */
  free(section: Section): number | undefined;
  count(free: number): string;
  soldOut: string;
  stage: string;
  /** Whether a category is not looked for while others are: its free places are as pale as unknown ones. */
  faded?(category: number): boolean;
  /** What sections are shaded and labelled by instead: a share of 0 to 1, and what it says. */
  shade?(section: Section): Shade;
}

export interface Shade {
  share: number;
  text: string;
}

const LABEL_PX = 13;
const COUNT_PX = 12;
const LABEL_MIN_PX = 11;
const LINE = 1.3;
const LABEL_PADDING_PX = 5;
const STAGE_PX = 12;
/** How much of the accent a section takes on at most. */
const HEAT_MAX = 0.5;
/** How much of its colour a section keeps of which nothing is looked for. */
const FADED_SHARE = 0.2;
const STAGE_ANGLE = Math.PI / 3;

/** So many seats are drawn in one go: few enough for a part of a frame on a slow machine. */
const PIECE_SEATS = 160;

/** The seats of a section from `first` to before `end`. */
export interface Piece {
  section: Section;
  first: number;
  end: number;
}

export class Painter {
  private readonly boxes: Box[];
  private readonly middles: Point[];

  constructor(
    private readonly plan: Plan,
    readonly palette: Palette,
    private readonly words: Words,
  ) {
    this.boxes = plan.sections.map((section) => grown(boxOf(section.outline), plan.pitch));
    this.middles = plan.sections.map((section) => labelPoint(section.outline));
  }

  /** Everything within a box of the plan. */
  all(pen: Pen, camera: Camera, box: Box, width: number, height: number, sprites: Sprites): void {
    this.pieces(pen, camera, this.begin(pen, box, width, height, sprites.rung), box, sprites);
    this.stage(pen, camera);
  }

  /** An empty ground, and the pieces of the sections that a box shows. */
  begin(pen: Pen, box: Box, width: number, height: number, rung: Rung): Piece[] {
    pen.fillStyle = this.palette.ground;
    pen.fillRect(0, 0, width, height);
    const seen = this.plan.sections.filter((section) => meets(this.boxes[section.index] as Box, box));
    return seen.flatMap((section) => cut(section, rung === "blocks" ? Infinity : PIECE_SEATS));
  }

  /** Some pieces of a picture; as blocks all of them at once, because labels lie on top. */
  pieces(pen: Pen, camera: Camera, seen: readonly Piece[], box: Box, sprites: Sprites): void {
    if (sprites.rung === "blocks") {
      for (const { section } of seen) this.block(pen, camera, section, section.outline, this.main(section));
      for (const { section } of seen) this.label(pen, camera, section);
    } else for (const piece of seen) this.seats(pen, camera, piece, box, sprites);
  }

  private seats(pen: Pen, camera: Camera, { section, first, end }: Piece, box: Box, sprites: Sprites): void {
    for (const area of first === section.first ? section.areas : []) {
      this.block(pen, camera, section, area.outline, area.category);
      this.text(pen, camera, area.outline, centroid(area.outline), area.name, this.freeText(section));
    }
    const { left, right, top, bottom } = grown(box, this.plan.pitch);
    for (let seat = first; seat < end; seat += 1) {
      const x = this.plan.x[seat] as number;
      const y = this.plan.y[seat] as number;
      if (x >= left && x <= right && y >= top && y <= bottom) this.stamp(pen, camera, seat, sprites);
    }
    const last = end === section.first + section.count;
    if (last && sprites.pitchPx >= NUMBERS_FROM_PX / 2) this.rowLabels(pen, camera, section, sprites.pitchPx);
  }

  /** One seat anew, over what was there. */
  seat(pen: Pen, camera: Camera, seat: number, sprites: Sprites): void {
    const size = sprites.pitchPx + 1;
    const x = (this.plan.x[seat] as number) * camera.scale + camera.x;
    const y = (this.plan.y[seat] as number) * camera.scale + camera.y;
    pen.fillStyle = this.palette.ground;
    pen.fillRect(x - size / 2, y - size / 2, size, size);
    this.stamp(pen, camera, seat, sprites);
  }

  private stamp(pen: Pen, camera: Camera, seat: number, sprites: Sprites): void {
    const { ratio, pitchPx } = sprites;
    const { picture, size } = this.pictureOf(seat, sprites, pitchPx >= NUMBERS_FROM_PX);
    const x = (this.plan.x[seat] as number) * camera.scale + camera.x;
    const y = (this.plan.y[seat] as number) * camera.scale + camera.y;
    // On whole pixels, because a picture between them is a blur.
    const left = Math.round((x - size / 2) * ratio) / ratio;
    const top = Math.round((y - size / 2) * ratio) / ratio;
    pen.drawImage(picture, left, top, size, size);
  }

  private pictureOf(seat: number, sprites: Sprites, numbered: boolean): Sprite {
    const status = this.plan.status[seat] as number;
    const wheelchair = this.plan.wheelchair[seat] as number;
    const category = this.plan.category[seat] as number;
    if (status === FREE && this.words.faded?.(category)) return sprites.of(category, UNKNOWN, wheelchair);
    if (!numbered || status !== FREE) return sprites.of(category, status, wheelchair);
    const { row, at } = this.plan.rowOf(seat);
    return sprites.numbered(category, wheelchair, row.seats[at] ?? "");
  }

  private rowLabels(pen: Pen, camera: Camera, section: Section, pitchPx: number): void {
    pen.fillStyle = this.palette.inkSoft;
    pen.font = `500 ${Math.round(Math.min(13, Math.max(9, pitchPx * 0.42)))}px ${this.palette.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const { first, label, seats } of section.rows) {
      const [ax, ay] = [this.plan.x[first] as number, this.plan.y[first] as number];
      const next = seats.length > 1 ? first + 1 : first;
      const across = (this.plan.x[next] as number) - ax || this.plan.pitch;
      const down = (this.plan.y[next] as number) - ay;
      const length = Math.hypot(across, down);
      const reach = this.plan.pitch / length;
      pen.fillText(label, (ax - across * reach) * camera.scale + camera.x, (ay - down * reach) * camera.scale + camera.y);
    }
  }

  private block(pen: Pen, camera: Camera, section: Section, outline: Ring, category: number): void {
    if (outline.length < 3) return;
    const { fill, edge } = this.words.shade ? this.shaded(this.words.shade(section).share) : this.tint(section, category);
    pen.beginPath();
    outline.forEach(([x, y], at) => {
      const [px, py] = [x * camera.scale + camera.x, y * camera.scale + camera.y];
      if (at === 0) pen.moveTo(px, py);
      else pen.lineTo(px, py);
    });
    pen.closePath();
    pen.lineJoin = "round";
    pen.lineWidth = this.plan.pitch * camera.scale * 0.7 + 3;
    pen.strokeStyle = edge;
    pen.stroke();
    pen.lineWidth = Math.max(0.5, this.plan.pitch * camera.scale * 0.7);
    pen.strokeStyle = fill;
    pen.stroke();
    pen.fillStyle = fill;
    pen.fill();
  }

  /** Colours by category, the stronger the more is free. */
  private tint(section: Section, category: number): { fill: string; edge: string } {
    const free = this.words.free(section);
    const share = free === undefined ? 0.2 : free / Math.max(1, section.capacity);
    const colour = this.palette.categories[category % this.palette.categories.length] as string;
    if (free === 0) return { fill: this.palette.block, edge: this.palette.stage };
    const strength = this.words.faded?.(category) ? FADED_SHARE : 1;
    return { fill: mix(this.palette.block, colour, (0.14 + 0.36 * share) * strength), edge: mix(this.palette.block, colour, 0.75 * strength) };
  }

  /** The category of most places; of those that are looked for, where there are such. */
  private main(section: Section): number {
    let [main, most] = [0, -1];
    for (const [category, count] of section.byCategory) {
      const weight = this.words.faded?.(category) ? 0 : count;
      if (weight > most) [main, most] = [category, weight];
    }
    return main;
  }

  /** One colour, the stronger the larger the share; never so strong that the label on it could not be read. */
  private shaded(share: number): { fill: string; edge: string } {
    const { block, accent, held } = this.palette;
    return { fill: mix(block, accent, HEAT_MAX * Math.min(1, Math.max(0, share))), edge: mix(block, held, 0.6) };
  }

  private label(pen: Pen, camera: Camera, section: Section): void {
    const middle = this.middles[section.index] as Point;
    this.text(pen, camera, section.outline, middle, section.name, this.freeText(section));
  }

  private freeText(section: Section): string {
    if (this.words.shade) return this.words.shade(section).text;
    const free = this.words.free(section);
    if (free === undefined) return "";
    return free === 0 ? this.words.soldOut : this.words.count(free);
  }

  /** A name and a line below it where both fit, else the name where that fits, else nothing. */
  private text(pen: Pen, camera: Camera, ring: Ring, [mx, my]: Point, name: string, below: string): void {
    const [x, y] = [mx * camera.scale + camera.x, my * camera.scale + camera.y];
    const room = (height: number): number => roomAt(ring, [mx, my], height / camera.scale) * camera.scale - LABEL_PADDING_PX;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = this.palette.ink;
    const both = (LABEL_PX + COUNT_PX) * LINE;
    pen.font = `640 ${LABEL_PX}px ${this.palette.font}`;
    const widest = Math.max(pen.measureText(name).width, below.length * COUNT_PX * 0.58);
    if (below && widest <= room(both)) {
      pen.fillText(name, x, y - (COUNT_PX * LINE) / 2);
      pen.font = `450 ${COUNT_PX}px ${this.palette.font}`;
      pen.fillText(below, x, y + (LABEL_PX * LINE) / 2);
      return;
    }
    pen.font = `600 ${LABEL_MIN_PX}px ${this.palette.font}`;
    if (pen.measureText(name).width <= room(LABEL_MIN_PX * LINE)) pen.fillText(name, x, y);
  }

  /** The last of a picture: where everybody looks to. */
  stage(pen: Pen, camera: Camera): void {
    const focal = this.plan.focal;
    // Seats all round are round a pitch or a ring, not before a stage.
    if (!focal || this.taken(focal) || openAngle(focal, this.middles) < STAGE_ANGLE) return;
    const [x, y] = [focal[0] * camera.scale + camera.x, focal[1] * camera.scale + camera.y];
    pen.font = `600 ${STAGE_PX}px ${this.palette.font}`;
    const width = pen.measureText(this.words.stage).width + 28;
    pen.fillStyle = this.palette.stage;
    pen.beginPath();
    pen.roundRect(x - width / 2, y - 13, width, 26, 13);
    pen.fill();
    pen.fillStyle = this.palette.ink;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(this.words.stage, x, y);
  }

  /** Whether the focal point lies where something else is drawn. */
  private taken([x, y]: Point): boolean {
    return this.boxes.some((box) => x > box.left && x < box.right && y > box.top && y < box.bottom);
  }
}

/** A section in pieces; one without seats is a piece too, for its areas. */
function cut(section: Section, seats: number): Piece[] {
  const stop = section.first + section.count;
  const pieces: Piece[] = [];
  let first = section.first;
  do {
    const end = Math.min(stop, first + seats);
    pieces.push({ section, first, end });
    first = end;
  } while (first < stop);
  return pieces;
}
