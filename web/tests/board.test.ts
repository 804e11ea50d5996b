import { describe, expect, it } from "vitest";
import { between } from "../organiser/acts";
import { path, roundUp } from "../organiser/chart";
import type { Figures, Tally } from "../organiser/figures";
import { added, at, curve, soldPerMinute, type Sample } from "../organiser/series";
import { shareOf, summed } from "../organiser/sections";
import { h } from "../organiser/texts";
import { de } from "../organiser/messages/de";

const EURO = { amount: "0.00", currency: "EUR" };

function figures(sections: Record<string, [free: number, held: number, sold: number]>): Figures {
  const by_section: Record<string, Tally> = {};
  const all = { free: 0, held: 0, sold: 0, blocked: 0 };
  for (const [name, [free, held, sold]] of Object.entries(sections)) {
    by_section[name] = { free, held, sold, blocked: 0, value: EURO };
    all.free += free;
    all.held += held;
    all.sold += sold;
  }
  return { event: "evt_1", as_of: "2026-11-28T10:00:00.000Z", at: {}, ...all, orders: 0, revenue: EURO, fees: EURO, by_category: {}, by_section };
}

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
    const drawn = curve(rising(300), "minutes");
    expect([drawn?.fromMs, drawn?.toMs, drawn?.held.at(-1)]).toEqual([179_000, 299_000, 299]);
    expect(curve(rising(1), "all")).toBeNull();
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
    const before = figures({ A: [2, 40, 8], B: [0, 0, 50] });
    const now = figures({ A: [0, 0, 30], B: [20, 0, 50] });
    expect(between(before, now)).toEqual([
      { kind: "share", percent: 75 },
      { kind: "section-sold-out", section: "A" },
      { kind: "section-back", section: "B" },
    ]);
    expect(between(figures({ A: [0, 60, 0] }), figures({ A: [30, 30, 0] }))).toEqual([
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
