import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { shelf } from "../widget/shelf";
import { styleText } from "../widget/styles";

const web = resolve(import.meta.dirname, "..");
const css = ["ui/tokens.css", "ui/base.css", "buyer/event.css", "widget/widget.css"].map((name) => readFileSync(resolve(web, name), "utf8")).join("\n");

describe("the widget's styles", () => {
  const made = styleText(20, css);

  it("are about the host, and nothing of the page around it", () => {
    expect(made).not.toMatch(/:root|(^|[\s,}])(html|body)[\s{,:]/m);
    expect(made).not.toMatch(/\d(rem|vw)\b/);
    expect(styleText(20, "a{gap:.5rem}")).toBe("a{gap:10px}");
  });

  it("go by the widget's own width", () => {
    expect(made).toContain("@container (max-width: 1120px)");
    expect(made).not.toMatch(/@media\s*\((max|min)-width/);
  });

  it("are dark where the reader's system is, unless the theme says otherwise, and where it says so", () => {
    expect(made).toContain("@media(prefers-color-scheme:dark){:host(:not([theme=light])){");
    const dark = made.split(":host([theme=dark]){")[1]?.split("}")[0] ?? "";
    expect(dark).toContain("--ground: #14161a");
    expect(made.match(/--ground: #14161a/g)).toHaveLength(2);
  });
});

describe("what the widget keeps", () => {
  const full = new Map([["s old", "stored"]]);
  const tab = {
    getItem: (key: string) => full.get(key) ?? null,
    setItem: () => {
      throw new Error("full");
    },
    removeItem: (key: string) => void full.delete(key),
  };

  it("is found again in a browser that shows its storage and takes nothing in", () => {
    const kept = shelf("s ", () => tab);
    expect(kept.getItem("old")).toBe("stored");
    kept.setItem("old", "newer");
    expect(kept.getItem("old")).toBe("newer");
    kept.removeItem("old");
    expect(kept.getItem("old")).toBeNull();
  });

  it("is found again where there is no storage", () => {
    const kept = shelf("s ", () => {
      throw new Error("forbidden");
    });
    kept.setItem("guest", "token");
    expect(kept.getItem("guest")).toBe("token");
  });

  it("stays in the tab where it can", () => {
    const there = new Map<string, string>();
    const storage = { getItem: (key: string) => there.get(key) ?? null, setItem: (key: string, value: string) => void there.set(key, value), removeItem: () => {} };
    shelf("s ", () => storage).setItem("guest", "token");
    expect(there.get("s guest")).toBe("token");
  });
});
