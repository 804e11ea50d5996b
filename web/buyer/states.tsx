/** How the connection stands, in a word beside the title and in a banner where something has to be known or done. */
import { signal } from "@preact/signals";
import { clock, t } from "../ui/i18n";
import { Banner, Icon, useSeconds } from "../ui/parts";
import { site } from "../ui/site";
import { again, deadline, problem } from "./cart";
import { delayed, heardAt, link, session } from "./live";
import { problemText } from "./names";

const offline = signal(!navigator.onLine);
addEventListener("online", () => (offline.value = false));
addEventListener("offline", () => (offline.value = true));

export function LinkPill() {
  const state = link.value;
  const waiting = state.name === "reconnecting";
  useSeconds(waiting);
  const texts = t().link;
  if (offline.value) return <Pill tone="bad" text={texts.offline} hint={texts.reconnectingHint} />;
  switch (state.name) {
    case "connecting":
    case "draining":
      return <Pill tone="idle" text={texts[state.name]} />;
    case "live":
      return state.polling ? <Pill tone="idle" text={texts.polling} hint={texts.pollingHint} /> : <Pill tone="good" text={texts.live} hint={texts.liveHint} />;
    case "stale":
      return <Pill tone="warn" text={texts.stale(clock(heardAt.value, true))} hint={texts.staleHint} />;
    case "reconnecting":
      return <Pill tone="warn" text={texts.reconnecting(Math.ceil((state.retryAtMs - performance.now()) / 1000))} hint={texts.reconnectingHint} />;
    case "stopped":
      return <Pill tone="bad" text={texts.stopped} />;
  }
}

function Pill({ tone, text, hint }: { tone: string; text: string; hint?: string }) {
  return <span class={`pill ${tone} figures`} title={hint}><span class="dot" aria-hidden="true" />{text}</span>;
}

export function LinkBanner() {
  const state = link.value;
  const texts = t().link;
  if (state.name === "stopped") {
    const hints = texts.stoppedHint as Record<string, string>;
    return (
      <Banner tone="bad" title={texts.stopped}>
        <span> {hints[state.code] ?? hints["other"]} </span>
        <button type="button" class="button small" onClick={() => site.reload()}>{texts.reload}</button>
      </Banner>
    );
  }
  if (state.name !== "reconnecting" || state.attempt < 2) return null;
  const safe = deadline.value === null ? "" : texts.safeUntil(clock(new Date(deadline.value - session.skewMs)));
  return <Banner tone="warn" title={`${texts.reconnectingHint} `}><span>{safe}</span></Banner>;
}

/** What did not work, why, and under which reference somebody can look it up. */
export function ProblemBanner() {
  const why = problem.value;
  if (delayed.value && !why) return <Banner tone="note" title={`${problemText(delayed.value)} `}><span>{t().problem.delayed}</span></Banner>;
  if (!why || why.code === "best_available_not_found") return null;
  return (
    <div class="banner bad">
      <Icon name="warn" />
      <div class="banner-text">
        <strong>{problemText(why)}</strong>
        {why.request_id && why.status >= 500 && <div class="small-text">{t().common.reference}: <code>{why.request_id}</code></div>}
        {again.value && <div><button type="button" class="button small" onClick={again.value}>{t().common.retry}</button></div>}
      </div>
      <button type="button" class="icon-button bare" aria-label={t().common.close} onClick={() => (problem.value = null)}><Icon name="cross" /></button>
    </div>
  );
}

/** The server could not be asked at all. */
export function LoadFailed() {
  return (
    <main class="plain">
      <h1>{t().link.failed}</h1>
      <p class="soft">{t().link.failedHint}</p>
      <div><button type="button" class="button primary" onClick={() => site.reload()}>{t().link.reload}</button></div>
    </main>
  );
}
