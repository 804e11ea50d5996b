import { describe, expect, it } from "vitest";
import type { Sale } from "../buyer/sale";
import { leftText, pauseMs } from "../buyer/until";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

describe("the time until a sale opens", () => {
  it("is told in hours, minutes and seconds, with days where there are any", () => {
    expect([0, 1, 61 * SECOND, 10 * HOUR, 24 * HOUR, 49 * HOUR + SECOND].map(leftText)).toEqual(["00:00:00", "00:00:01", "00:01:01", "10:00:00", "1 day, 00:00:00", "2 days, 01:00:01"]);
  });

  it("is when a page looks again, not all of them in the same moment", () => {
    const at = (status: Sale["status"], opens_at?: string): number => pauseMs({ status, opens_at } as Sale, Date.parse("2027-05-01T10:00:00Z"));
    const between = (low: number, high: number, ms: number): void => {
      expect(ms).toBeGreaterThanOrEqual(low * SECOND);
      expect(ms).toBeLessThanOrEqual(high * SECOND);
    };
    between(20, 30, at("paused"));
    between(20, 30, at("published"));
    between(20, 30, at("published", "2027-05-01T12:00:00Z"));
    between(11, 15, at("published", "2027-05-01T10:00:10Z"));
    between(1, 5, at("published", "2027-05-01T09:59:00Z"));
    between(20, 30, at("open", "2027-05-01T09:59:00Z"));
  });
});
