import { describe, expect, it } from "vitest";
import { convexHull, contains, labelPoint, openAngle, outlineOfRows, roomAt, type Point } from "../map/geometry";
import { HitTest } from "../map/hit";
import { Plan } from "../map/plan";
import { rungOf } from "../map/rungs";
import { View } from "../map/view";
import { house, seeded } from "./houses";

describe("a plan in columns", () => {
  const plan = new Plan(house());

  it("gives every seat its place, category and public name", () => {
    expect(plan.count).toBe(2 * 15 + 4);
    expect([plan.x[6], plan.y[6]]).toEqual([50, 160]);
    expect(plan.label(6)).toBe("S-0-B-2");
    expect([plan.category[19], plan.category[20]]).toEqual([0, 1]);
    for (let seat = 0; seat < plan.count; seat += 1) expect(plan.ordinal(plan.label(seat))).toBe(seat);
  });

  it("sells a whole table by its own name", () => {
    const seat = plan.ordinal("S-0-T-3") as number;
    expect(plan.sold(seat)).toBe("S-0-T");
    expect(plan.seats("S-0-T")).toEqual([15, 16, 17, 18]);
    expect(plan.seats("S-1-A-1")).toEqual([19]);
    expect(plan.seats("NOWHERE-A-1")).toEqual([]);
  });

  it("knows how many places a section has, seats and standing together", () => {
    expect(plan.sections.map((each) => [each.count, each.capacity])).toEqual([[19, 119], [15, 15]]);
  });

  it("finds what is under a point as a search through everything does", () => {
    const hits = new HitTest(plan);
    const random = seeded(7);
    for (let round = 0; round < 500; round += 1) {
      const [x, y, reach] = [random() * 1400 - 100, random() * 1100, 30];
      let [nearest, least]: [number | null, number] = [null, reach];
      for (let seat = 0; seat < plan.count; seat += 1) {
        const distance = Math.hypot((plan.x[seat] as number) - x, (plan.y[seat] as number) - y);
        if (distance < least) [nearest, least] = [seat, distance];
      }
      expect(hits.seat(x, y, reach)).toBe(nearest);
    }
    expect(hits.at(200, 900, 5, true)).toMatchObject({ area: { name: "FIELD" } });
    expect(hits.at(100, 160, 5, false)).toMatchObject({ section: { name: "S-0" } });
    expect(hits.at(-5000, 0, 5, true)).toBeNull();
  });
});

describe("outlines", () => {
  const square: Point[] = [[0, 0], [10, 0], [10, 10], [0, 10]];

  it("are hulls without inner points", () => {
    expect(convexHull([...square, [5, 5], [5, 0]])).toHaveLength(4);
  });

  it("follow rows where these lie one behind the other, and fall back to the hull", () => {
    const arc = [30, 40].map((radius) => Array.from({ length: 9 }, (_, at): Point => {
      const angle = (at / 8) * Math.PI;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    }));
    const hull = convexHull(arc.flat());
    expect(contains(hull, 0, 20)).toBe(true);
    expect(outlineOfRows(arc, hull)).toBe(hull);
    const wedge = [[[0, 0], [5, 0], [10, 0]], [[-2, 5], [5, 6], [12, 5]]] as Point[][];
    expect(outlineOfRows(wedge, convexHull(wedge.flat()))).toHaveLength(6);
  });

  it("say how wide a label may be, and where", () => {
    expect(roomAt(square, [5, 5], 2)).toBe(10);
    expect(roomAt(square, [2, 5], 2)).toBe(4);
    expect(roomAt(square, [5, 9.5], 2)).toBe(0);
    const wedge: Point[] = [[4, 0], [6, 0], [10, 20], [0, 20]];
    expect(labelPoint(wedge)[1]).toBeGreaterThan(10);
  });

  it("see whether something lies all round a point", () => {
    expect(openAngle([5, 5], square)).toBeCloseTo(Math.PI / 2);
    expect(openAngle([5, -5], square)).toBeGreaterThan(Math.PI);
  });
});

describe("the camera", () => {
  const view = new View({ left: 0, top: 0, right: 1000, bottom: 500 }, 10);
  view.resize(800, 600);

  it("shows the whole house at first, and never much less", () => {
    const seen = view.seen();
    expect([seen.left < 0, seen.right > 1000]).toEqual([true, true]);
    view.zoom(0.0001, 400, 300);
    expect(view.farthest).toBe(true);
  });

  it("keeps what is under the pointer there while it zooms", () => {
    view.fit({ left: 0, top: 0, right: 1000, bottom: 500 });
    const before = view.toPlan(300, 280);
    view.zoom(1.7, 300, 280);
    const after = view.toPlan(300, 280);
    expect(after[0]).toBeCloseTo(before[0], 6);
    expect(after[1]).toBeCloseTo(before[1], 6);
  });

  it("does not lose the house", () => {
    view.pan(1e6, 1e6);
    expect(view.toPlan(400, 300)).toEqual([0, 0]);
  });

  it("draws blocks from afar, squares nearer by, and discs close up; small houses seat by seat", () => {
    expect([1, 5, 12].map((px) => rungOf(px, 80_000))).toEqual(["blocks", "squares", "discs"]);
    expect(rungOf(2.5, 1_000)).toBe("squares");
  });
});
