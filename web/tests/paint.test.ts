import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../client/seatmap";
import { Bitmap, type Studio } from "../map/bitmap";
import { boxOf, houseBox } from "../map/geometry";
import { Painter, type Camera, type Pen } from "../map/paint";
import type { Palette } from "../map/palette";
import { Plan } from "../map/plan";
import { Sprites, type MakeCanvas } from "../map/sprites";
import { View } from "../map/view";
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
  fills: string[] = [];
  drawImage(picture: unknown, x: number, y: number): void {
    this.places.set(`${x} ${y}`, picture);
  }
  fillText(text: string): void {
    this.texts.push(text);
  }
  measureText(text: string): TextMetrics {
    return { width: text.length * 6 } as TextMetrics;
  }
  setTransform(): void {}
  scale(): void {}
  translate(): void {}
  arc(): void {}
  fillRect(): void {}
  beginPath(): void {}
  moveTo(): void {}
  lineTo(): void {}
  closePath(): void {}
  fill(): void {
    this.fills.push(this.fillStyle);
  }
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

describe("of categories that are not looked for", () => {
  const plan = new Plan(house(3, 8, 12));
  plan.status.fill(0);
  const looked = { ...words, faded: (category: number) => category !== 0 };
  const box = boxOf([[-100, -100], [4000, 2000]]);

  it("free seats are as pale as unknown ones, and all others as they were", () => {
    const sprites = new Sprites(palette, "discs", 20, 2, make);
    const [all, some] = [new Record(), new Record()];
    new Painter(plan, palette, words).all(all as unknown as Pen, camera, box, 800, 600, sprites);
    new Painter(plan, palette, looked).all(some as unknown as Pen, camera, box, 800, 600, sprites);
    const pale = [...some.places].filter(([place, picture]) => all.places.get(place) !== picture);
    const others = plan.category.filter((category) => category !== 0).length;
    expect(others).toBeGreaterThan(0);
    expect(pale.length).toBe(others);
    expect(plan.count).toBeGreaterThan(others);
    const unknown = [0, 1].flatMap((wheelchair) => [1, 2].map((category) => sprites.of(category, UNKNOWN, wheelchair)));
    for (const [, picture] of pale) expect(unknown.map((each) => each.picture)).toContain(picture);
  });
});

describe("of sections as blocks", () => {
  const plan = new Plan(house(2, 2, 4));
  const far = new Sprites(palette, "blocks", 2, 1, make);
  const fills = (faded?: (category: number) => boolean): string[] => {
    const pen = new Record();
    const looked = faded ? { ...words, faded } : words;
    new Painter(plan, palette, looked).all(pen as unknown as Pen, { scale: 1, x: 0, y: 0 }, boxOf([[-100, -100], [4000, 2000]]), 800, 600, far);
    return pen.fills.slice(0, 2);
  };

  it("one without anything that is looked for fades, and another has the colour of what is", () => {
    const [plain, field, gold] = [fills(), fills((category) => category !== 1), fills((category) => category !== 0)];
    // The field is most of S-0; S-1 has as many seats of either category.
    expect(plain[0]).toBe(field[0]);
    expect(gold[0]).not.toBe(plain[0]);
    expect(gold[1]).toBe(plain[1]);
    expect(field[1]).not.toBe(plain[1]);
    const [none] = fills(() => true);
    expect(new Set([plain[0], gold[0], none]).size).toBe(3);
  });
});

describe("the picture behind the window", () => {
  /** A house too large for one slice, whose clock goes on by three milliseconds whenever it is looked at. */
  function hall() {
    const plan = new Plan(house(30, 8, 12));
    plan.status.fill(0);
    const canvases: Record[] = [];
    let now = 0;
    const studio: Studio = {
      canvas: (width, height) => {
        const record = new Record();
        canvases.push(record);
        return { width, height, getContext: () => record } as unknown as HTMLCanvasElement;
      },
      now: () => (now += 3),
    };
    const bitmap = new Bitmap(plan, new Painter(plan, palette, words), studio);
    const view = new View(houseBox(plan), plan.pitch);
    view.resize(800, 600);
    const { x, y } = view.middle;
    view.centre(x, y, 12 / plan.pitch);
    const shown = (): Record => {
      let found: unknown;
      bitmap.compose({ drawImage: (canvas: HTMLCanvasElement) => void (found = canvas.getContext("2d")) } as unknown as CanvasRenderingContext2D, view);
      return found as Record;
    };
    return { plan, bitmap, view, shown };
  }

  it("is made in slices, and shows the old one until the new one is whole", () => {
    const { bitmap, view, shown } = hall();
    bitmap.update(view, 1);
    const first = shown();
    bitmap.renew();
    let frames = 1;
    for (; bitmap.update(view, 1); frames += 1) expect(shown()).toBe(first);
    expect(frames).toBeGreaterThan(1);
    expect(shown()).not.toBe(first);
    expect(shown().places).toEqual(first.places);
  });

  it("is right about seats that change while it is made", () => {
    const { plan, bitmap, view, shown } = hall();
    bitmap.update(view, 1);
    const random = seeded(5);
    bitmap.renew();
    for (let more = true; more; ) {
      more = bitmap.update(view, 1);
      if (random() < 0.2) continue;
      const seat = Math.floor(random() * plan.count);
      plan.status[seat] = 2;
      bitmap.changed([seat]);
    }
    while (bitmap.update(view, 1));
    const { places } = shown();
    bitmap.renew();
    while (bitmap.update(view, 1));
    expect(shown().places).toEqual(places);
    expect(new Set(places.values()).size).toBeGreaterThan(2);
  });
});
