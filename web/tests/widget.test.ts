import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
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
