/** The colours of the drawing, read from the tokens, so that scheme and theme hold for the canvas too. */

export interface Palette {
  ground: string;
  block: string;
  stage: string;
  ink: string;
  inkSoft: string;
  accent: string;
  onAccent: string;
  gone: string;
  held: string;
  categories: string[];
  font: string;
}

export const CATEGORY_COLOURS = 8;

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const categories = Array.from({ length: CATEGORY_COLOURS }, (_, at) => token(`--cat-${at + 1}`));
  return {
    ground: token("--map-ground"),
    block: token("--map-block"),
    stage: token("--map-stage"),
    ink: token("--ink"),
    inkSoft: token("--ink-soft"),
    accent: token("--accent"),
    onAccent: token("--on-accent"),
    gone: token("--seat-gone"),
    held: token("--seat-held"),
    categories,
    font: token("--font"),
  };
}

/** Red, green and blue of `#rrggbb`, or of `#rgb` as style sheets are shortened to. */
function channels(hex: string): number[] {
  const long = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, "$&$&") : hex;
  return [1, 3, 5].map((at) => Number.parseInt(long.slice(at, at + 2), 16));
}

/** A colour between two, `share` of the way from the first. */
export function mix(from: string, to: string, share: number): string {
  const [one, other] = [channels(from), channels(to)];
  return `rgb(${one.map((value, at) => Math.round(value + ((other[at] as number) - value) * share)).join(" ")})`;
}

/** Relative luminance and contrast after WCAG 2.2. */
export function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => {
    const [r, g, b] = channels(hex).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** A, B, C … for categories: colour alone never says which. */
export function letterOf(category: number): string {
  return String.fromCharCode(65 + (category % 26));
}
