/** The waiting room: where one stands, how long it takes, and why that is fair. */
import "../ui/page.css";
import "./event.css";
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { clock, number, plural, t } from "../ui/i18n";
import { PageHead } from "../ui/head";
import { Paused } from "../ui/paused";
import { Announcer, Banner, say, span, useSeconds } from "../ui/parts";
import { start } from "../ui/start";
import { armChime, chime } from "./chime";
import type { CategoryLeft, Place } from "../client/frames";
import { drawnPosition, type Draw } from "./draw";
import { firstPosition, follow, join, leave, pass, place, readDraw, refusal, resume, step } from "./line";
import { connect, link } from "./live";
import { problemText } from "./names";
import { eventId, failed, freeText, loadSale, sale } from "./sale";
import { LinkBanner, LinkPill, LoadFailed } from "./states";

/** Places move twice a second; a listener hears of it twice a minute at most, and only when it moved by a tenth. */
const SPOKEN_EVERY_MS = 30_000;
const SPOKEN_SHARE = 0.1;
const MINUTE_MS = 60_000;

const notify = signal(false);
const draw = signal<Draw | null>(null);
const checked = signal<{ position: number | null } | null>(null);

function QueuePage() {
  useSpoken();
  if (failed.value && !sale.value) return <LoadFailed />;
  if (sale.value === undefined) return <main class="plain" aria-busy="true"><p class="soft">{t().common.loading}</p></main>;
  if (sale.value === null) return <main class="plain"><h1>{t().sale.notFound}</h1></main>;
  return (
    <>
      <Announcer />
      <main class="page narrow">
        <PageHead title={sale.value.name}><LinkPill /></PageHead>
        <LinkBanner />
        {refusal.value && <Refused />}
        {sale.value.queued ? <Steps /> : <NoRoom />}
        {place.value && <Fairness ticket={place.value.ticket} />}
      </main>
    </>
  );
}

function Refused() {
  const early = refusal.value?.code === "sale_not_open";
  return <Banner tone={early ? "note" : "bad"} title={early ? t().queue.notOpen : refusal.value ? problemText(refusal.value) : ""} />;
}

/** What was pressed may be gone when the next step shows: focus goes to what came in its place, never to nothing. */
function Steps() {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(step.value);
  useLayoutEffect(() => {
    if (before.current !== step.value && document.activeElement === document.body) place.current?.focus();
    before.current = step.value;
  }, [step.value]);
  return <div ref={place} tabIndex={-1}><Card /></div>;
}

function Card() {
  const texts = t().queue;
  switch (step.value) {
    case "outside":
    case "left":
      return (
        <section class="card pad stack">
          <h2>{step.value === "left" ? texts.left_ : texts.title}</h2>
          <p>{texts.intro}</p>
          <button type="button" class="button primary" disabled={link.value.name === "connecting"} onClick={() => void join()}>{texts.join}</button>
        </section>
      );
    case "solving":
    case "joining":
      return <section class="card pad stack" aria-busy="true"><h2>{texts.joining}</h2><p class="soft">{step.value === "solving" ? texts.solving : ""}</p></section>;
    case "waiting":
      return <Waiting />;
    case "turn":
      return <Turn />;
    case "sold-out":
      return <Said title={texts.soldOut} text={texts.soldOutHint} />;
    case "over":
      return <Said title={texts.over} text={texts.overHint} />;
    case "missed":
      return <Said title={texts.missed} text={texts.missedHint}><button type="button" class="button primary" onClick={() => void join()}>{texts.join}</button></Said>;
  }
}

function Said({ title, text, children }: { title: string; text: string; children?: preact.ComponentChildren }) {
  const arrived = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => arrived.current?.focus(), []);
  return <section class="card pad stack"><h2 ref={arrived} tabIndex={-1}>{title}</h2><p>{text}</p>{children}</section>;
}

function Waiting() {
  const texts = t().queue;
  const now = place.value;
  if (!now) return null;
  if (now.phase === "closed" || now.phase === "pre-queue") {
    return (
      <section class="card pad stack">
        <h2>{texts.prequeue}</h2>
        <p>{texts.prequeueHint}</p>
        {now.opens_at && <p class="big figures"><Until at={now.opens_at} /></p>}
        {now.opens_at && <p class="soft">{texts.opens(clock(new Date(now.opens_at), true))}</p>}
        <Foot />
      </section>
    );
  }
  if (now.phase === "draw") return <section class="card pad stack" aria-busy="true"><h2>{texts.draw}</h2><p>{texts.drawHint}</p></section>;
  return (
    <section class="card pad stack">
      {now.phase === "paused" && <Banner tone="warn" title={`${texts.paused}. `}><span>{now.since && <Paused since={now.since} reason={now.reason} />} {texts.pausedHint}</span></Banner>}
      <div>
        <div class="row apart"><h2 class="soft">{texts.position}</h2><span class="soft small-text figures">{texts.asOf(clock(new Date(now.as_of), true))}</span></div>
        <p class="big figures">{now.position === undefined ? "…" : number(now.position)}</p>
      </div>
      <Progress />
      <dl class="facts">
        <div><dt>{texts.etaTitle}</dt><dd>{waitText(now.eta_ms)}</dd></div>
        {now.ahead !== undefined && <div><dt>{texts.aheadTitle}</dt><dd>{aheadText(now.ahead)}</dd></div>}
        <div><dt>{texts.left}</dt><dd class="figures">{leftText(now)}</dd></div>
      </dl>
      {now.by_category && <LeftByCategory left={now.by_category} />}
      <Foot />
    </section>
  );
}

function aheadText(ahead: number): string {
  return ahead === 0 ? t().queue.nobody : plural(ahead, t().queue.people.one, t().queue.people.other);
}

/** The sum is that of what is told below it; the room itself may count a moment later. */
function leftText({ left, by_category: parts }: Place): string {
  const sum = parts?.reduce((free, each) => free + each.free, 0) ?? left;
  return sum === undefined ? t().queue.unknown : number(sum);
}

function LeftByCategory({ left }: { left: readonly CategoryLeft[] }) {
  return (
    <section class="stack tight">
      <h3 class="soft small-text">{t().queue.byCategory}</h3>
      <ul class="left-by">
        {left.map((each) => (
          <li key={each.category} class={each.free ? "" : "soft"}><bdi>{each.label}</bdi><span class="figures">{freeText(each.free)}</span></li>
        ))}
      </ul>
    </section>
  );
}

function waitText(eta: { p50: number; p90: number } | undefined): string {
  const texts = t().queue;
  if (!eta) return texts.unknown;
  if (eta.p90 < MINUTE_MS) return texts.soon;
  const minutes = (ms: number): number => Math.max(1, Math.round(ms / MINUTE_MS));
  const [low, high] = [minutes(eta.p50), minutes(eta.p90)];
  return texts.eta(low === high ? plural(low, texts.minutes.one, texts.minutes.other) : number(low), plural(high, texts.minutes.one, texts.minutes.other));
}

function Progress() {
  const bar = useRef<HTMLDivElement>(null);
  const first = firstPosition.value;
  const now = place.value?.position;
  const share = first && now !== undefined ? Math.max(0.02, 1 - now / Math.max(1, first)) : 0.02;
  useEffect(() => bar.current?.style.setProperty("inline-size", `${Math.round(share * 100)}%`));
  return <div class="progress" aria-hidden="true"><div ref={bar} /></div>;
}

function Until({ at }: { at: string }) {
  return <>{span(Date.parse(at) - useSeconds())}</>;
}

function Foot() {
  const texts = t().queue;
  const ask = async (): Promise<void> => {
    armChime();
    notify.value = true;
    if ("Notification" in window) await Notification.requestPermission();
  };
  return (
    <>
      <p class="soft small-text">{texts.keep}</p>
      <div class="row">
        {notify.value ? <span class="soft">{texts.notifyOn}</span> : <button type="button" class="button" onClick={() => void ask()}>{texts.notify}</button>}
        <button type="button" class="button quiet" onClick={() => void leave()}>{texts.leave}</button>
      </div>
    </>
  );
}

function Turn() {
  const texts = t().queue;
  const go = useRef<HTMLAnchorElement>(null);
  const until = pass.value ? Date.parse(pass.value.expires_at) : 0;
  const left = until - useSeconds();
  useLayoutEffect(() => {
    go.current?.focus();
    document.title = `${texts.turn} · ${sale.value?.name ?? ""}`;
    chime();
    if (notify.value && "Notification" in window && Notification.permission === "granted") new Notification(texts.turn);
  }, []);
  return (
    <section class="card pad stack">
      <h2>{texts.turn}</h2>
      <p class="big figures">{span(left)}</p>
      <p>{texts.turnHint(clock(new Date(until)))}</p>
      <a class="button primary" ref={go} href={`/e/${eventId}`}>{texts.enter}</a>
      <div class="row"><button type="button" class="button quiet" onClick={() => void leave()}>{texts.leave}</button></div>
    </section>
  );
}

function NoRoom() {
  return <section class="card pad stack"><p>{t().queue.noRoom}</p><a class="button primary" href={`/e/${eventId}`}>{t().queue.enter}</a></section>;
}

function Fairness({ ticket }: { ticket: string }) {
  const texts = t().queue;
  const opened = async (event: Event): Promise<void> => {
    if ((event.currentTarget as HTMLDetailsElement).open) draw.value = await readDraw();
  };
  const check = async (): Promise<void> => {
    draw.value = await readDraw();
    checked.value = { position: drawnPosition(draw.value, ticket) };
  };
  const shown = draw.value;
  return (
    <details class="card pad" onToggle={(event) => void opened(event)}>
      <summary>{texts.check}</summary>
      <div class="stack">
        <p>{texts.checkText}</p>
        <dl class="stack tight">
          {([[texts.ticket, ticket], [texts.seedHash, shown?.seed_hash], [texts.listHash, shown?.list_hash], [texts.seed, shown?.seed]] as const).map(([name, value]) => (
            <div key={name}><dt class="soft small-text">{name}</dt><dd><code>{value || texts.notYet}</code></dd></div>
          ))}
        </dl>
        {shown?.seed && <div><button type="button" class="button" onClick={() => void check()}>{texts.verify}</button></div>}
        {checked.value && <p role="status" class="strong">{checked.value.position === null ? texts.verifyFailed : texts.verified(number(checked.value.position))}</p>}
      </div>
    </details>
  );
}

/** Speak of the place now and then, not at each move. */
function useSpoken(): void {
  const last = useRef({ at: -SPOKEN_EVERY_MS, position: 0 });
  useSignalEffect(() => {
    const position = place.value?.position;
    if (position === undefined || step.value !== "waiting") return;
    const { at, position: before } = last.current;
    const far = Math.abs(position - before) >= SPOKEN_SHARE * Math.max(1, before);
    if (!far || performance.now() - at < SPOKEN_EVERY_MS) return;
    last.current = { at: performance.now(), position };
    say(t().queue.movedSaid(number(position), waitText(place.value?.eta_ms)));
  });
}

async function open(): Promise<void> {
  await loadSale();
  await start(() => <QueuePage />);
  if (!sale.value) return;
  document.title = `${t().queue.title} · ${sale.value.name}`;
  follow();
  await connect();
  if (step.value === "outside" && sale.value.queued) await resume();
}

void open();
