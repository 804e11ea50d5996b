/** Small parts that every page uses: icons, announcements, a ticking clock. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

const PATHS = {
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  whole: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  cross: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  forth: "M9 5l7 7-7 7",
  up: "M5 15l7-7 7 7",
  down: "M5 9l7 7 7-7",
  tick: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18z",
  spark: "M12 3l2.2 6.1L20 11l-5.8 1.9L12 19l-2.2-6.1L4 11l5.8-1.9z",
  warn: "M12 8v5m0 3.5v.01M10.3 4.3L2.6 18a2 2 0 0 0 1.7 3h15.4a2 2 0 0 0 1.7-3L13.7 4.3a2 2 0 0 0-3.4 0z",
} as const;

export function Icon({ name, size }: { name: keyof typeof PATHS; size?: number }) {
  return <Drawing path={PATHS[name]} size={size} />;
}

/** A drawing of lines on a square of 24. */
export function Drawing({ path, size = 20 }: { path: string; size?: number | undefined }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

const polite = signal("");
const alarm = signal("");

/** Tell people who listen; own acts and own deadlines only, never what the crowd does. */
export function say(text: string): void {
  polite.value = polite.value === text ? `${text} ` : text;
}

export function alert(text: string): void {
  alarm.value = alarm.value === text ? `${text} ` : text;
}

/** One region that speaks in turn and one that interrupts. */
export function Announcer() {
  return (
    <>
      <div class="sr-only" role="status" aria-live="polite">{polite.value}</div>
      <div class="sr-only" role="alert">{alarm.value}</div>
    </>
  );
}

/** Wall time in milliseconds, a second at a time, while anything shows it. */
export const second = signal(Date.now());
let watchers = 0;
let timer = 0;

export function useSeconds(active = true): number {
  useEffect(() => {
    if (!active) return undefined;
    watchers += 1;
    second.value = Date.now();
    if (watchers === 1) timer = window.setInterval(() => (second.value = Date.now()), 1000);
    return () => {
      watchers -= 1;
      if (watchers === 0) clearInterval(timer);
    };
  }, [active]);
  return second.value;
}

/** Minutes and seconds of a span. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function Stepper(props: { value: number; min: number; max: number; label: string; less: string; more: string; on: (value: number) => void }) {
  const { value, min, max, on } = props;
  return (
    <div class="stepper" role="group" aria-label={props.label}>
      <button type="button" class="icon-button" aria-label={props.less} disabled={value <= min} onClick={() => on(value - 1)}>
        <Icon name="minus" />
      </button>
      <output class="figures" aria-live="polite">{value}</output>
      <button type="button" class="icon-button" aria-label={props.more} disabled={value >= max} onClick={() => on(value + 1)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}

export function Banner({ tone, children, title }: { tone: "warn" | "bad" | "good" | "note"; title: string; children?: ComponentChildren }) {
  return (
    <div class={`banner ${tone}`}>
      {tone === "warn" || tone === "bad" ? <Icon name="warn" /> : null}
      <div class="banner-text">
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}
