import { describe, expect, it } from "vitest";
import { between, type Look } from "../organiser/acts";
import { path, roundUp } from "../organiser/chart";
import { added, at, flowCurve, liveCurve, soldPerMinute, type Flow, type Sample } from "../organiser/series";
import { mostRefused } from "../organiser/refusals";
import { shareOf, summed } from "../organiser/sections";
import { h } from "../organiser/texts";
import { de } from "../organiser/messages/de";

function look(sections: Record<string, [free: number, held: number, sold: number]>): Look {
  const each = new Map(Object.entries(sections).map(([name, [free, held, sold]]) => [name, { free, held, sold }]));
  return { ...summed(each.values()), sections: each };
}

describe("refusals", () => {
  it("are counted together wherever they were told, the most frequent first", () => {
    expect(mostRefused({ seat_taken: 3, not_admitted: 1 }, { not_admitted: 4 }, {})).toEqual([["not_admitted", 5], ["seat_taken", 3]]);
    expect(mostRefused({ sold_out: 2, hold_expired: 2 })).toEqual([["hold_expired", 2], ["sold_out", 2]]);
    expect(mostRefused()).toEqual([]);
  });
});

describe("samples", () => {
  const rising = (count: number): Sample[] => Array.from({ length: count }, (_, n) => ({ atMs: n * 1000, sold: 2 * n, held: n }));

  it("are found by time", () => {
    expect(at(rising(10), 4_500)?.sold).toBe(8);
    expect(at(rising(10), -1)?.sold).toBe(0);
    expect(at([], 0)).toBeUndefined();
  });

  it("give the rate of the last minute, or of as much of it as is known", () => {
    expect(soldPerMinute(rising(200), 199_000)).toBe(120);
    expect(soldPerMinute(rising(11), 10_000)).toBe(120);
    expect(soldPerMinute(rising(1), 0)).toBeNull();
  });

  it("are bounded, and keep the newest and the oldest", () => {
    let kept: Sample[] = [];
    for (const sample of rising(10_000)) kept = added(kept, sample);
    expect(kept.length).toBeLessThanOrEqual(1_200);
    expect([kept[0]?.atMs, kept.at(-1)?.atMs]).toEqual([0, 9_999_000]);
    expect(added(kept, { atMs: 5, sold: 0, held: 0 })).toBe(kept);
  });

  it("are drawn over a window at even distances", () => {
    const drawn = liveCurve(rising(300));
    expect([drawn?.fromMs, drawn?.toMs, drawn?.held.at(-1)]).toEqual([179_000, 299_000, 299]);
    expect(liveCurve(rising(1))).toBeNull();
  });

  it("of whole minutes have the quiet ones too", () => {
    const flow = (minute: string, sold: number): Flow => ({ at: `2026-11-28T10:${minute}:00.000Z`, holds: 1, places_held: sold + 1, sold, refused: 0 });
    const now = Date.parse("2026-11-28T10:05:30.000Z");
    expect(flowCurve([flow("01", 4), flow("03", 2)], 60, now)).toMatchObject({ sold: [4, 0, 2, 0], held: [5, 0, 3, 0] });
    expect(flowCurve([flow("01", 4), flow("03", 2)], 3, now).sold).toEqual([0, 2, 0]);
    expect(flowCurve([], 60, now).sold).toEqual([0, 0]);
  });
});

describe("a curve", () => {
  it("ends below a round number", () => {
    expect([0, 1, 3, 7, 12, 480, 5_001].map(roundUp)).toEqual([1, 1, 5, 10, 20, 500, 10_000]);
  });

  it("is lifted where nothing is known", () => {
    expect(path([0, 10, null, 5], 10, 30, 10)).toBe("M0.0 10.0L10.0 0.0M30.0 5.0");
  });
});

describe("notable acts", () => {
  it("are lines that were crossed, sections that are gone and come back, and waves", () => {
    const before = look({ A: [2, 40, 8], B: [0, 0, 50] });
    const now = look({ A: [0, 0, 30], B: [20, 0, 50] });
    expect(between(before, now)).toEqual([
      { kind: "share", percent: 75 },
      { kind: "section-sold-out", section: "A" },
      { kind: "section-back", section: "B" },
    ]);
    expect(between(look({ A: [0, 60, 0] }), look({ A: [30, 30, 0] }))).toEqual([
      { kind: "section-back", section: "A" },
      { kind: "given-back", places: 30 },
    ]);
    expect(between(now, now)).toEqual([]);
  });

  it("have words in every language", () => {
    for (const words of [h(), de]) {
      const told = words.acts.told;
      expect(told({ kind: "share", percent: 100 })).not.toBe(told({ kind: "share", percent: 90 }));
      expect(told({ kind: "status", status: "paused" })).not.toContain("paused".toUpperCase());
      expect(told({ kind: "room", phase: "open" })).toContain(": ");
      for (const act of [{ kind: "well" }, { kind: "degraded", part: "redis" }, { kind: "given-back", places: 3 }] as const) expect(told(act)).toBeTruthy();
    }
  });
});

describe("sections", () => {
  it("are shaded by their share, and counted together", () => {
    const section = { capacity: 50 } as Parameters<typeof shareOf>[0];
    expect(shareOf(section, { free: 10, held: 15, sold: 25 }, "sold")).toBe(0.5);
    expect(shareOf(section, undefined, "free")).toBe(0);
    expect(summed([{ free: 1, held: 2, sold: 3 }, { free: 1, held: 1, sold: 1 }])).toEqual({ free: 2, held: 3, sold: 4 });
  });
});
