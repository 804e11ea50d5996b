/** The settings of a waiting room, and what the fields of a form make of them. */
import { fromField } from "./hours";

export const MINUTE_MS = 60_000;
export const SECOND_MS = 1_000;

/** As many as `engine/queue/terms.py` lets past. */
const BYPASS_MAX = 32;

/** Durations in milliseconds; what each is for is in `docs/WAITING_ROOM.md`. */
export interface RoomSettings {
  mode: string;
  rate_per_minute: number;
  active_max: number | null;
  pass_ttl_ms: number;
  draw_ms: number;
  opens_at: string | null;
  gathers_at: string | null;
  bypass_channels: string[];
  [name: string]: unknown;
}

/** The settings that the fields say. What has no field, or none that can be changed any more, stays as it was. */
export function settingsOf(form: FormData, before: RoomSettings): RoomSettings {
  const text = (name: string): string => String(form.get(name) ?? "").trim();
  return {
    ...before,
    mode: form.has("mode") ? text("mode") : before.mode,
    gathers_at: form.has("gathers") ? fromField(text("gathers")) : before.gathers_at,
    opens_at: form.has("opens") ? fromField(text("opens")) : before.opens_at,
    rate_per_minute: Number(text("rate")),
    active_max: text("inside") ? Number(text("inside")) : null,
    pass_ttl_ms: Number(text("pass")) * MINUTE_MS,
    draw_ms: Number(text("draw")) * SECOND_MS,
    bypass_channels: text("bypass").split(",").map((each) => each.trim()).filter(Boolean),
  };
}

export type RoomFault = "hours" | "channels";

/** What makes no sense of settings that were refused, as far as their fields tell. */
export function faultOf({ gathers_at, opens_at, bypass_channels }: RoomSettings): RoomFault | null {
  if (gathers_at && opens_at && Date.parse(gathers_at) >= Date.parse(opens_at)) return "hours";
  return bypass_channels.length > BYPASS_MAX ? "channels" : null;
}
