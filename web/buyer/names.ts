/** Names of seats, places and refusals for people; on pages without a plan too. */
import type { Item, Problem } from "../client/frames";
import { plural, t } from "../ui/i18n";

/** A seat's name: section, row and seat as the house calls them. */
export function seatName(label: string): string {
  const parts = label.split("-");
  if (parts.length < 3) return label;
  const [row, seat] = parts.slice(-2) as [string, string];
  return t().cart.seatName(parts.slice(0, -2).join("-"), row, seat);
}

/** Several seats in short: one row once, and its seats after it. */
export function seatsName(labels: readonly string[]): string {
  const rows = new Map<string, string[]>();
  for (const label of labels) {
    const parts = label.split("-");
    const seat = parts.length < 3 ? "" : (parts.pop() as string);
    const key = parts.join("-");
    rows.set(key, [...(rows.get(key) ?? []), seat]);
  }
  const named = [...rows].map(([key, seats]) => {
    const cut = key.lastIndexOf("-");
    if (cut < 0 || !seats[0]) return key;
    const row = t().conflict.row(key.slice(0, cut), key.slice(cut + 1));
    return `${row}, ${t().conflict.seats(seats.join(", "), seats.length > 1)}`;
  });
  return named.join("; ");
}

export function itemName(item: Item): string {
  if (item.qty === undefined) return seatName(item.seat);
  return t().cart.places(item.seat, plural(item.qty, t().cart.count.one, t().cart.count.other));
}

/** What a refusal means, by its code. */
export function problemText(why: Problem): string {
  return t().problem.codes[why.code] ?? t().problem.other;
}
