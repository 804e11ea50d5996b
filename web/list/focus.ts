/** Focus goes where one goes: to the heading of what was opened, and back to where one came from. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { site } from "../ui/site";

const came: string[] = [];

/** Remember which button one leaves by; its `data-way` finds it again. */
export function leaveBy(way: string): void {
  came.push(way);
}

/** The button that one left by, once one is back. */
function wayBack(): string | undefined {
  return came.pop();
}

/** Focus a heading when it appears, or the button that led away from here. */
export function useArrival<T extends HTMLElement>(key: string, arrived: boolean) {
  const place = useRef<T>(null);
  const shown = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (shown.current === key) return;
    shown.current = key;
    if (!arrived) return;
    const way = pendingWay;
    pendingWay = undefined;
    const back = way === undefined ? null : site.root.querySelector<HTMLElement>(`[data-way="${CSS.escape(way)}"]`);
    (back ?? place.current)?.focus({ preventScroll: false });
  });
  return place;
}

let pendingWay: string | undefined;

/** Go back: the next thing that arrives focuses the button that one had left by. */
export function goBack(): void {
  pendingWay = wayBack();
}
