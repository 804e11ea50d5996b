/** Why people were refused, by sections and at the door together. */

/** How often each code was told, the most frequent first. */
export function mostRefused(...told: Record<string, number>[]): [code: string, count: number][] {
  const counts = new Map<string, number>();
  for (const [code, count] of told.flatMap(Object.entries<number>)) counts.set(code, (counts.get(code) ?? 0) + count);
  return [...counts].sort(([one, few], [other, many]) => many - few || one.localeCompare(other));
}
