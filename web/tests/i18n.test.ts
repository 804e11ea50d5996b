import { describe, expect, it } from "vitest";
import { chooseLanguage, loadLanguage, money, plural, t } from "../ui/i18n";

describe("language", () => {
  it("is what was asked for, then what the browser prefers, then English", () => {
    expect(chooseLanguage(["fr", "de-AT"], null)).toBe("de");
    expect(chooseLanguage(["de"], "en")).toBe("en");
    expect(chooseLanguage(["fr"], "xx")).toBe("en");
  });

  it("forms plurals and money by its own rules", async () => {
    await loadLanguage("de");
    expect(plural(1200, t().list.free.one, t().list.free.other)).toBe("1.200 frei");
    expect(money({ amount: "1234.50", currency: "EUR" }).replace(/\s/g, " ")).toBe("1.234,50 €");
    await loadLanguage("en");
    expect(money({ amount: "12.00", currency: "EUR" })).toBe("€12.00");
  });
});
