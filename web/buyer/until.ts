/** How long it is until something of a sale is to happen, and until it is worth asking whether it has. */
import { plural, t } from "../ui/i18n";
import type { Sale } from "./sale";

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 20_000;
/** Not everybody asks in the same moment. */
const LOOK_SPREAD_MS = 10_000;
const OPENED_MS = 1_000;
const OPENED_SPREAD_MS = 4_000;

/** Days where there are any, then hours, minutes and seconds. */
export function leftText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const days = Math.floor((seconds * 1000) / DAY_MS);
  const part = (length: number, of: number): string => String(Math.floor(seconds / length) % of).padStart(2, "0");
  const clock = `${part(3600, 24)}:${part(60, 60)}:${part(1, 60)}`;
  return days ? `${plural(days, t().opening.days.one, t().opening.days.other)} ${clock}` : clock;
}

/** Until the next look: just after a sale is to open by itself, and soon again as long as it has not. */
export function pauseMs(shown: Sale | null | undefined, nowMs: number): number {
  const left = shown?.status === "published" && shown.opens_at ? Date.parse(shown.opens_at) - nowMs : Infinity;
  if (left > LOOK_EVERY_MS) return LOOK_EVERY_MS + Math.random() * LOOK_SPREAD_MS;
  return Math.max(0, left) + OPENED_MS + Math.random() * OPENED_SPREAD_MS;
}
