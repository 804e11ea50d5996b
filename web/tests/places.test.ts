import { describe, expect, it } from "vitest";
import { Plan } from "../map/plan";
import { callOf, placesOf, spotOf } from "../organiser/places";
import { faultOf, settingsOf } from "../organiser/roomsettings";
import { fromField, toField } from "../organiser/hours";
import { house } from "./houses";

describe("where a warning leads", () => {
  const hall = new Plan(house(2, 3, 5));

  it("is a section or a row of it, and nothing that the plan has not", () => {
    const [, section] = hall.sections;
    const row = section?.rows[1];
    expect(spotOf(hall, "S-1")).toEqual({ section, seats: Array.from({ length: section?.count ?? 0 }, (_, at) => at + (section?.first ?? 0)) });
    expect(spotOf(hall, "S-1-B")).toEqual({ section, seats: row?.seats.map((_, at) => at + row.first) });
    expect(spotOf(hall, "S-1-Z")).toBeNull();
    expect(spotOf(hall, "Nowhere")).toBeNull();
  });
});

describe("places by a few words", () => {
  const hall = new Plan(house(2, 3, 5));

  it("are seats, rows, tables that are sold whole, areas and sections, each once", () => {
    expect(placesOf(hall, "S-0-A-2, S-1-B\n S-0-A-2")).toEqual({ places: ["S-0-A-2", "S-1-B-1", "S-1-B-2", "S-1-B-3", "S-1-B-4", "S-1-B-5"], unknown: [] });
    expect(placesOf(hall, "S-0-T; FIELD")).toEqual({ places: ["S-0-T", "FIELD"], unknown: [] });
    expect(placesOf(hall, "S-0").places).toHaveLength(3 * 5 + 1 + 1);
  });

  it("are told apart from words that name nothing", () => {
    expect(placesOf(hall, "S-0-A-9, S-7, S-0-T-1, S-0-B-1")).toEqual({ places: ["S-0-B-1"], unknown: ["S-0-A-9", "S-7", "S-0-T-1"] });
    expect(placesOf(hall, " ,\n")).toEqual({ places: [], unknown: [] });
  });

  it("are changed by the call that is meant", () => {
    const seats = ["S-0-A-1"];
    expect(callOf("reserve", seats, "fans")).toEqual(["channels", { objects: seats, channel: "fans" }]);
    expect(callOf("free", seats, "fans")).toEqual(["channels", { objects: seats, channel: null }]);
    expect(callOf("block", seats, "")).toEqual(["block", { seats }]);
    expect(callOf("unblock", seats, "")).toEqual(["unblock", { seats }]);
    expect(callOf("off", seats, "")).toEqual(["for-sale", { objects: seats, for_sale: false }]);
    expect(callOf("on", seats, "")).toEqual(["for-sale", { objects: seats, for_sale: true }]);
  });
});

describe("the settings of a waiting room", () => {
  const before = { mode: "fifo", rate_per_minute: 600, active_max: null, pass_ttl_ms: 600_000, draw_ms: 10_000, opens_at: null, gathers_at: "2027-05-01T09:00:00Z", bypass_channels: [], members_max: 7 };
  const fields = { rate: "60", inside: "", pass: "1.5", draw: "0", bypass: "fans, press ,", opens: "2027-05-01T20:00" };

  it("are those of the fields; what has none, or none that can be changed, stays", () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    expect(settingsOf(form, before)).toEqual({ ...before, rate_per_minute: 60, pass_ttl_ms: 90_000, draw_ms: 0, bypass_channels: ["fans", "press"], opens_at: fromField("2027-05-01T20:00") });
    form.set("inside", "50");
    form.set("gathers", "");
    form.set("mode", "random");
    expect(settingsOf(form, before)).toMatchObject({ active_max: 50, gathers_at: null, mode: "random" });
  });

  it("that were refused are explained as far as their fields tell", () => {
    const [early, late] = ["2027-05-01T09:00:00Z", "2027-05-01T10:00:00Z"];
    expect(faultOf({ ...before, gathers_at: late, opens_at: early })).toBe("hours");
    expect(faultOf({ ...before, gathers_at: early, opens_at: early })).toBe("hours");
    expect(faultOf({ ...before, bypass_channels: Array.from({ length: 33 }, String) })).toBe("channels");
    expect(faultOf({ ...before, gathers_at: early, opens_at: late, bypass_channels: Array.from({ length: 32 }, String) })).toBeNull();
  });

  it("come back from a field as they went into it", () => {
    expect(toField(fromField("2027-05-01T20:00"))).toBe("2027-05-01T20:00");
    expect([toField(null), fromField("")]).toEqual(["", null]);
  });
});
