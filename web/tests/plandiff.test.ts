import { describe, expect, it } from "vitest";
import { FREE, SOLD } from "../client/seatmap";
import type { Plan } from "../map/plan";
import { planDiff } from "../organiser/plandiff";

/** As much of a house as a comparison reads. */
function house(seats: Record<string, [category: string, status?: number]>, areas: Record<string, number> = {}): Plan {
  const labels = Object.keys(seats);
  const categories = [...new Set(Object.values(seats).map(([category]) => category))].map((label) => ({ key: label, label }));
  const section = { name: "A", areas: Object.entries(areas).map(([name, capacity]) => ({ name, capacity })) };
  return {
    sections: [section],
    within: () => new Map(labels.map((label, at) => [label, at])),
    categories,
    category: labels.map((label) => categories.findIndex((each) => each.label === seats[label]?.[0])),
    status: labels.map((label) => seats[label]?.[1] ?? FREE),
    // Each name stands where its last number says.
    x: labels.map((label) => 10 * Number(label.split("-")[2])),
    y: labels.map(() => 0),
  } as unknown as Plan;
}

describe("two drawings of a house", () => {
  it("differ by what is new, gone and of another category, and by what was sold of it", () => {
    const before = house({ "A-1-1": ["front"], "A-1-2": ["front", SOLD], "A-1-3": ["rear"] }, { FLOOR: 40, PIT: 5 });
    const after = house({ "A-1-1": ["front"], "A-1-3": ["front"], "A-1-4": ["rear"] }, { FLOOR: 50 });
    expect(planDiff(before, after)).toEqual({
      same: 1,
      added: [{ label: "A-1-4", after: "rear" }],
      gone: [{ label: "A-1-2", before: "front" }],
      renamed: [],
      changed: [{ label: "A-1-3", before: "rear", after: "front" }],
      lost: ["A-1-2"],
      areas: [{ name: "FLOOR", before: 40, after: 50 }, { name: "PIT", before: 5, after: 0 }],
    });
  });

  it("have seats that stand where they stood and are called otherwise, which those that were sold must not be", () => {
    const before = house({ "A-1-1": ["front"], "A-1-2": ["front", SOLD], "A-1-3": ["rear"] });
    const after = house({ "A-1-1": ["front"], "A-9-2": ["front"], "A-9-3": ["rear"], "A-9-4": ["rear"] });
    const { same, added, gone, renamed, lost } = planDiff(before, after);
    expect({ same, added, gone, lost }).toEqual({ same: 1, added: [{ label: "A-9-4", after: "rear" }], gone: [], lost: ["A-1-2"] });
    expect(renamed).toEqual([{ label: "A-1-2", after: "A-9-2" }, { label: "A-1-3", after: "A-9-3" }]);
  });
});
