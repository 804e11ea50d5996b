import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const web = join(import.meta.dirname, "..");
const sheets = readdirSync(web, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".css") && !name.includes("node_modules"));
/** Sides by name, and four lengths of which the second and the fourth differ. */
const PHYSICAL = /(?:^|[\s;{])(?:(?:left|right|(?:margin|padding|border)-(?:left|right))\s*:|(?:text-align|float):\s*(?:left|right))/;
const FOUR = /(?:margin|padding):\s*([^\s;]+)\s+([^\s;]+)\s+([^\s;]+)\s+([^\s;]+)\s*;/g;

describe("styles", () => {
  it.each(sheets)("%s name no side that a page from right to left would have to turn round", (name) => {
    const text = readFileSync(join(web, name), "utf8").replace(/@media[^{]*|@container[^{]*/g, "");
    for (const [rule, , end, , start] of text.matchAll(FOUR)) expect.soft(start, rule).toBe(end);
    expect(PHYSICAL.exec(text)?.[0]).toBeUndefined();
  });
});
