import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contrast } from "../map/palette";

const css = readFileSync(join(import.meta.dirname, "../ui/tokens.css"), "utf-8");

function tokens(part: string): Map<string, string> {
  return new Map([...part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name as string, value as string]));
}

const [light, dark] = css.split("@media (prefers-color-scheme: dark)").map(tokens) as [Map<string, string>, Map<string, string>];
const TEXT: [string, string][] = [
  ["ink", "ground"], ["ink", "surface"], ["ink", "sunken"], ["ink-soft", "ground"], ["ink-soft", "surface"], ["ink-soft", "sunken"],
  ["accent", "surface"], ["accent", "ground"], ["accent", "accent-soft"], ["on-accent", "accent"], ["on-accent", "accent-strong"],
  ["good", "good-soft"], ["warn", "warn-soft"], ["bad", "bad-soft"], ["bad", "surface"],
]; // prettier-ignore
const SHAPES: [string, string][] = [
  ...Array.from({ length: 8 }, (_, at): [string, string] => [`cat-${at + 1}`, "map-ground"]),
  ...Array.from({ length: 8 }, (_, at): [string, string] => [`cat-${at + 1}`, "surface"]),
  ["line-strong", "surface"], ["line-strong", "ground"], ["accent", "map-ground"], ["seat-held", "map-ground"],
]; // prettier-ignore

for (const [scheme, known] of [["light", light], ["dark", dark]] as const) {
  describe(`colours of the ${scheme} scheme`, () => {
    const of = (name: string): string => known.get(name) ?? light.get(name) ?? "";

    it.each(TEXT)("%s on %s can be read (4.5:1)", (text, ground) => {
      expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
    });

    it.each(SHAPES)("%s on %s can be told from it (3:1)", (shape, ground) => {
      expect(contrast(of(shape), of(ground))).toBeGreaterThanOrEqual(3);
    });
  });
}

describe("both schemes", () => {
  it("name the same colours", () => {
    expect([...dark.keys()].sort()).toEqual([...light.keys()].sort());
  });
});
