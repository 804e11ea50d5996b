import { describe, expect, it } from "vitest";
import { boxOf } from "../map/geometry";
import { Painter, type Camera, type Pen } from "../map/paint";
import type { Palette } from "../map/palette";
import { Plan } from "../map/plan";
import { Sprites, type MakeCanvas } from "../map/sprites";
import { house, seeded } from "./houses";

const palette: Palette = {
  ground: "#ffffff", block: "#eeeeee", stage: "#cccccc", ink: "#000000", inkSoft: "#333333", accent: "#0000ff",
  onAccent: "#ffffff", gone: "#999999", held: "#888888", categories: ["#1f74b5", "#a86200"], font: "sans",
}; // prettier-ignore
const words = { free: () => 3, count: String, soldOut: "sold out", stage: "Stage" };
const camera: Camera = { scale: 0.4, x: 10, y: 10 };

/** A canvas that remembers for each place which picture was stamped there last. */
class Record {
  readonly places = new Map<string, unknown>();
  fillStyle = "";
  strokeStyle = "";
  lineWidth = 1;
  lineJoin: CanvasLineJoin = "round";
  font = "";
  textAlign: CanvasTextAlign = "center";
  textBaseline: CanvasTextBaseline = "middle";
  globalAlpha = 1;
  texts: string[] = [];
  drawImage(picture: unknown, x: number, y: number): void {
    this.places.set(`${x} ${y}`, picture);
  }
  fillText(text: string): void {
    this.texts.push(text);
  }
  measureText(text: string): TextMetrics {
    return { width: text.length * 6 } as TextMetrics;
  }
  fillRect(): void {}
  beginPath(): void {}
  moveTo(): void {}
  lineTo(): void {}
  closePath(): void {}
  fill(): void {}
  stroke(): void {}
  roundRect(): void {}
}

const blank = new Proxy({}, { get: () => () => {}, set: () => true });
const make: MakeCanvas = () => ({ getContext: () => blank }) as unknown as HTMLCanvasElement;

describe("painting", () => {
  const plan = new Plan(house(3, 8, 12));
  const painter = new Painter(plan, palette, words);
  const box = boxOf([[-100, -100], [4000, 2000]]);
  const sprites = new Sprites(palette, "discs", 20, 2, make);

  it("of changed seats alone gives the same picture as painting everything anew", () => {
    plan.status.fill(0);
    const touched = new Record();
    painter.all(touched as unknown as Pen, camera, box, 800, 600, sprites);
    const random = seeded(3);
    for (let round = 0; round < 200; round += 1) {
      const seat = Math.floor(random() * plan.count);
      plan.status[seat] = Math.floor(random() * 4);
      painter.seat(touched as unknown as Pen, camera, seat, sprites);
    }
    const anew = new Record();
    painter.all(anew as unknown as Pen, camera, box, 800, 600, sprites);
    expect(touched.places).toEqual(anew.places);
    expect(anew.places.size).toBe(plan.count);
  });

  it("draws nothing of sections that are not seen", () => {
    const pen = new Record();
    painter.all(pen as unknown as Pen, camera, boxOf([[900, 0], [1700, 700]]), 800, 600, sprites);
    expect(pen.places.size).toBe(12 * 8);
  });

  it("writes names and counts where they fit, and nothing where they do not", () => {
    const far = new Sprites(palette, "blocks", 2, 1, make);
    const [wide, narrow] = [new Record(), new Record()];
    painter.all(wide as unknown as Pen, { scale: 1, x: 0, y: 0 }, box, 800, 600, far);
    expect(wide.texts).toContain("S-1");
    expect(wide.texts).toContain("3");
    painter.all(narrow as unknown as Pen, { scale: 0.02, x: 0, y: 0 }, box, 800, 600, far);
    expect(narrow.texts).not.toContain("S-1");
  });
});
