/** Since when something rests, and why, as far as its organiser says so. */
import { clock, stamp, t } from "./i18n";

export function Paused({ since, reason }: { since: string; reason?: string | null }) {
  const texts = t().pause;
  const at = new Date(since);
  const today = at.toDateString() === new Date().toDateString();
  return (
    <>
      <span>{texts.since(today ? clock(at) : stamp(at))}</span>
      {reason && <> <span>{texts.reason} <bdi>{reason}</bdi></span></>}
    </>
  );
}
