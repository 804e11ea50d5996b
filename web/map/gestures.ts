/** Pointers, wheel and keys to a camera: drag, pinch, wheel, tap. */

export interface Gestures {
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  tap(x: number, y: number): void;
  hover(x: number, y: number): void;
  leave(): void;
}

const TAP_SLOP_PX = 8;
const TOUCH_SLOP_PX = 14;
const WHEEL_STEP = 0.0016;
const PINCH_STEP = 0.011;

/** Attach to an element; the result detaches. */
export function attach(element: HTMLElement, on: Gestures): () => void {
  const down = new Map<number, { x: number; y: number }>();
  let moved = false;
  let start = { x: 0, y: 0 };
  const aborted = new AbortController();
  const { signal } = aborted;
  const place = (event: PointerEvent | WheelEvent): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const pressed = (event: PointerEvent): void => {
    element.setPointerCapture(event.pointerId);
    down.set(event.pointerId, place(event));
    if (down.size === 1) {
      moved = false;
      start = place(event);
    } else moved = true;
  };

  const moving = (event: PointerEvent): void => {
    const now = place(event);
    const before = down.get(event.pointerId);
    if (!before) return on.hover(now.x, now.y);
    const slop = event.pointerType === "touch" ? TOUCH_SLOP_PX : TAP_SLOP_PX;
    if (!moved && Math.hypot(now.x - start.x, now.y - start.y) < slop) return;
    if (down.size === 1) on.pan(now.x - before.x, now.y - before.y);
    else pinch(event.pointerId, before, now);
    moved = true;
    down.set(event.pointerId, now);
  };

  const pinch = (id: number, before: { x: number; y: number }, now: { x: number; y: number }): void => {
    const other = [...down].find(([each]) => each !== id)?.[1];
    if (!other) return;
    const span = (point: { x: number; y: number }): number => Math.hypot(point.x - other.x, point.y - other.y);
    on.zoom(span(now) / Math.max(1, span(before)), (now.x + other.x) / 2, (now.y + other.y) / 2);
    on.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  };

  const lifted = (event: PointerEvent): void => {
    const was = down.delete(event.pointerId);
    if (was && !moved && event.type === "pointerup") on.tap(start.x, start.y);
  };

  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = place(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    on.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? PINCH_STEP : WHEEL_STEP)), x, y);
  };

  element.addEventListener("pointerdown", pressed, { signal });
  element.addEventListener("pointermove", moving, { signal });
  element.addEventListener("pointerup", lifted, { signal });
  element.addEventListener("pointercancel", lifted, { signal });
  element.addEventListener("pointerleave", () => on.leave(), { signal });
  element.addEventListener("wheel", wheel, { signal, passive: false });
  return () => aborted.abort();
}
