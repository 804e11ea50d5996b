/** What lies under a point of the plan. */
import { boxOf, contains, grown, type Box } from "./geometry";
import type { Area, Plan, Section } from "./plan";

export type Hit = { seat: number } | { area: Area; section: Section } | { section: Section } | null;

export class HitTest {
  private readonly boxes: Box[];

  constructor(private readonly plan: Plan) {
    this.boxes = plan.sections.map((section) => boxOf(section.outline));
  }

  /** The nearest seat within `reach`; looks at the seats of the sections around the point alone. */
  seat(x: number, y: number, reach: number): number | null {
    let nearest: number | null = null;
    let least = reach * reach;
    for (const section of this.around(x, y, reach)) {
      const end = section.first + section.count;
      for (let seat = section.first; seat < end; seat += 1) {
        const across = (this.plan.x[seat] as number) - x;
        const down = (this.plan.y[seat] as number) - y;
        const distance = across * across + down * down;
        if (distance < least) {
          least = distance;
          nearest = seat;
        }
      }
    }
    return nearest;
  }

  /** A seat, else an area, else a section; seats only where they are drawn. */
  at(x: number, y: number, reach: number, seats: boolean): Hit {
    const seat = seats ? this.seat(x, y, reach) : null;
    if (seat !== null) return { seat };
    const around = this.around(x, y, reach);
    for (const section of around)
      for (const area of section.areas) if (contains(area.outline, x, y)) return { area, section };
    const section = around.find((each) => contains(each.outline, x, y)) ?? around[0];
    return section ? { section } : null;
  }

  private around(x: number, y: number, reach: number): Section[] {
    return this.plan.sections.filter((_, at) => {
      const { left, top, right, bottom } = grown(this.boxes[at] as Box, reach);
      return x >= left && x <= right && y >= top && y <= bottom;
    });
  }
}
