/** Outlines: hulls, boxes, and how much room there is in one for a label. */

export type Point = readonly [x: number, y: number];
export type Ring = readonly Point[];

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Andrew's monotone chain (1979); counter-clockwise, without points on the edges. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  if (sorted.length < 3) return sorted;
  const half = (each: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of each) {
      while (chain.length > 1 && turn(chain[chain.length - 2] as Point, chain[chain.length - 1] as Point, point) <= 0)
        chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

const ROW_POINTS = 10;

/**
 * The outline along the ends of rows, which follows an arc as a hull does not. The hull where rows do not lie one
 * behind the other: what goes round them then encloses too little.
 */
export function outlineOfRows(rows: readonly (readonly Point[])[], hull: Ring): Ring {
  const front = rows[0];
  const rear = rows.at(-1);
  if (!front?.length || !rear?.length || rows.length < 2) return hull;
  const between = rows.slice(1, -1).filter((row) => row.length);
  const ring = [
    ...thinned(front),
    ...between.map((row) => row.at(-1) as Point),
    ...thinned(rear).reverse(),
    ...between.map((row) => row[0] as Point).reverse(),
  ];
  return areaOf(ring) > 0.55 * areaOf(hull) ? ring : hull;
}

function thinned(row: readonly Point[]): Point[] {
  const step = Math.max(1, (row.length - 1) / (ROW_POINTS - 1));
  const count = Math.min(row.length, ROW_POINTS);
  return Array.from({ length: count }, (_, at) => row[Math.round(at * step)] as Point);
}

export function areaOf(ring: Ring): number {
  const doubled = ring.reduce((sum, [ax, ay], at) => {
    const [bx, by] = ring[(at + 1) % ring.length] as Point;
    return sum + ax * by - bx * ay;
  }, 0);
  return Math.abs(doubled) / 2;
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

export function boxOf(ring: Ring): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x, y] of ring) {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return ring.length ? box : { left: 0, top: 0, right: 0, bottom: 0 };
}

export function union(boxes: readonly Box[]): Box {
  return boxOf(boxes.flatMap(({ left, top, right, bottom }) => [[left, top], [right, bottom]] as Point[]));
}

export function grown(box: Box, by: number): Box {
  return { left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by };
}

export function meets(one: Box, other: Box): boolean {
  return one.left <= other.right && other.left <= one.right && one.top <= other.bottom && other.top <= one.bottom;
}

/** The centre of gravity of an outline, or the middle of its box where it has no area. */
export function centroid(ring: Ring): Point {
  let area = 0;
  let x = 0;
  let y = 0;
  ring.forEach(([ax, ay], at) => {
    const [bx, by] = ring[(at + 1) % ring.length] as Point;
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  });
  if (Math.abs(area) > 1e-6) return [x / (3 * area), y / (3 * area)];
  const box = boxOf(ring);
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}

export function contains(ring: Ring, x: number, y: number): boolean {
  let inside = false;
  ring.forEach(([ax, ay], at) => {
    const [bx, by] = ring[(at + 1) % ring.length] as Point;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/** How wide a label of this height may be around a point so that it stays inside; 0 where it does not fit. */
export function roomAt(ring: Ring, [x, y]: Point, height: number): number {
  let room = Infinity;
  for (const level of [y - height / 2, y, y + height / 2]) {
    // Asked for a hundred times a section while a page loads: nothing is put aside for it.
    let [before, after] = [-Infinity, Infinity];
    let [ax, ay] = ring.at(-1) ?? [x, y];
    for (const [bx, by] of ring) {
      if (ay > level !== by > level) {
        const crossing = ((bx - ax) * (level - ay)) / (by - ay) + ax;
        if (crossing > x) after = Math.min(after, crossing);
        else before = Math.max(before, crossing);
      }
      [ax, ay] = [bx, by];
    }
    if (before === -Infinity || after === Infinity) return 0;
    room = Math.min(room, 2 * Math.min(x - before, after - x));
  }
  return room;
}

const LABEL_TRIES = 4;

/** Where in an outline a label has most room: wedges are wider behind their middle than before it. */
export function labelPoint(ring: Ring): Point {
  const box = boxOf(ring);
  const [cx, cy] = centroid(ring);
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const line = Math.min(width, height) * 0.22;
  let best: Point = [cx, cy];
  let most = roomAt(ring, best, line);
  for (let across = -LABEL_TRIES; across <= LABEL_TRIES; across += 1)
    for (let down = -LABEL_TRIES; down <= LABEL_TRIES; down += 1) {
      const point: Point = [cx + (across * width) / (3 * LABEL_TRIES), cy + (down * height) / (3 * LABEL_TRIES)];
      const room = contains(ring, ...point) ? roomAt(ring, point, line) : 0;
      // A little more room is not worth leaving the middle for.
      if (room > most * 1.12) [best, most] = [point, room];
    }
  return best;
}

/** The widest angle, seen from a point, in which none of the others lies; in radians. */
export function openAngle([x, y]: Point, others: readonly Point[]): number {
  const angles = others.map(([ox, oy]) => Math.atan2(oy - y, ox - x)).sort((one, other) => one - other);
  const first = angles[0];
  if (first === undefined) return 2 * Math.PI;
  return Math.max(...angles.map((angle, at) => (angles[at + 1] ?? first + 2 * Math.PI) - angle));
}

/** All of a house with its stage. */
export function houseBox(plan: { sections: readonly { outline: Ring }[]; focal: Point | null; pitch: number }): Box {
  const boxes = plan.sections.map((section) => boxOf(section.outline));
  if (plan.focal) boxes.push(boxOf([plan.focal]));
  return grown(union(boxes), plan.pitch);
}
